package dev.galley.postgres.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file system of its own that is small enough to fill: a tmpfs. Mounting needs root (outside of a container that forbids
 * it) or sudo without a password.
 */
public final class SmallDisk implements AutoCloseable {
    private static final List<List<String>> AS_ROOT = List.of(List.of(), List.of("sudo", "-n"));

    private final Path path;
    private final List<String> asRoot;

    private SmallDisk(Path path, List<String> asRoot) {
        this.path = path;
        this.asRoot = asRoot;
    }

    /** Empty where mounting is not permitted. */
    public static Optional<SmallDisk> mount(int megabytes) throws IOException {
        Path path = Files.createTempDirectory("galley-disk");
        for (List<String> asRoot : AS_ROOT) {
            if (run(
                    asRoot,
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "mode=0777,size=" + megabytes + "m",
                    "galley",
                    path.toString())) {
                return Optional.of(new SmallDisk(path, asRoot));
            }
        }
        Files.delete(path);
        return Optional.empty();
    }

    public Path path() {
        return path;
    }

    private Path ballast() {
        return path.resolve("ballast");
    }

    /** Writes until nothing more fits. */
    public void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            if (Files.getFileStore(path).getUsableSpace() >= block.length) {
                throw full;
            }
        }
    }

    /** Gives the space back. */
    public void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    @Override
    public void close() throws IOException {
        if (!run(asRoot, "umount", "--lazy", path.toString())) {
            throw new IOException("cannot unmount " + path);
        }
        Files.delete(path);
    }

    private static boolean run(List<String> asRoot, String... command) throws IOException {
        List<String> all = new java.util.ArrayList<>(asRoot);
        all.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.onExit().join().exitValue() == 0;
        } catch (IOException e) {
            // There is no such program.
            return false;
        }
    }
}
