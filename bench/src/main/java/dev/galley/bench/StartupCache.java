package dev.galley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The JVM's start-up cache: the program makes it after a first start, which must not happen while something is measured. */
final class StartupCache {
    private static final long PATIENCE_MILLIS = 180_000;

    private final Path launcher;

    StartupCache(Path launcher) {
        this.launcher = launcher;
    }

    /** Lets the program run until the cache of this build is there. */
    void await() throws IOException {
        if (exists()) {
            return;
        }
        System.out.println("making the start-up cache ...");
        Path folder = Folders.temporary();
        try (var _ = Program.start(launcher, folder, Map.of())) {
            long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
            while (!exists() && System.currentTimeMillis() < deadline) {
                Thread.sleep(500);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Folders.delete(folder);
        }
    }

    private boolean exists() throws IOException {
        Path program = launcher.resolveSibling("target").resolve("program");
        Path folder = program.resolve("cache");
        if (!Files.isDirectory(folder)) {
            return false;
        }
        long built =
                Files.getLastModifiedTime(program.resolve("lib/galley.jar")).toMillis();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".aot"))
                    .anyMatch(file -> file.toFile().lastModified() > built);
        }
    }
}
