package dev.galley.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the cache of loaded and linked classes with which the JVM starts in half the time (JEP 483, 514). It depends on the
 * very JVM and jars, so it is made where they are: after a start without it, a second program with the same flags starts on a
 * scratch folder at low priority, does what a first minute of use does ({@link Rehearsal}), and leaves the cache for the next start. The
 * launcher names the file, and takes it only while it is newer than the program.
 */
final class AotCache implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AotCache.class.getName());

    /** Longer than a start, so that the user's first requests do not compete with it. */
    private static final long DELAY_SECONDS = 5;

    private static final long PATIENCE_SECONDS = 120;

    private final Path file;
    private final Path jar;
    private final Thread worker = Thread.ofPlatform().daemon().name("aot-cache").unstarted(this::work);
    private volatile @Nullable Process rehearsal;
    private volatile boolean closed;

    private AotCache(Path file, Path jar) {
        this.file = file;
        this.jar = jar;
    }

    /** Begins to make the cache if the launcher wants one and there is none. */
    static Optional<AotCache> makeIfMissing() {
        String file = System.getProperty("galley.cache", "");
        String jar = System.getProperty("java.class.path", "");
        boolean inUse = flags().anyMatch(flag -> flag.startsWith("-XX:AOTCache"));
        if (file.isEmpty() || inUse || !jar.endsWith(".jar")) {
            return Optional.empty();
        }
        AotCache cache = new AotCache(Path.of(file), Path.of(jar));
        cache.worker.start();
        return Optional.of(cache);
    }

    /** The flags that the launcher gave this JVM; the operating system is asked, because the JVM would load a lot to answer. */
    private static Stream<String> flags() {
        String[] arguments = ProcessHandle.current().info().arguments().orElse(new String[0]);
        return Arrays.stream(arguments).takeWhile(argument -> !argument.equals("-jar"));
    }

    private void work() {
        try {
            TimeUnit.SECONDS.sleep(DELAY_SECONDS);
            make();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.DEBUG, "no AOT cache: starts stay slower", failure);
        }
    }

    /** One program at a time makes it. */
    private void make() throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        try (FileChannel channel = FileChannel.open(
                        file.resolveSibling(file.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            if (lock == null) {
                return;
            }
            Path scratch = Files.createTempDirectory("galley-rehearsal");
            // Under root PostgreSQL runs as another user, who has to get in here.
            Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwx--x--x"));
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            try {
                rehearse(scratch, draft);
            } finally {
                Rehearsal.delete(scratch);
                Files.deleteIfExists(draft);
            }
        }
    }

    private void rehearse(Path scratch, Path draft) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/nice"))) {
            command.addAll(List.of("/usr/bin/nice", "-n", "15"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        flags().filter(flag -> !flag.startsWith("-Dgalley.")).forEach(command::add);
        // A JVM that is ended while it writes the cache may crash: its report shall not land in the user's folder.
        command.add("-XX:ErrorFile=" + file.resolveSibling("crash.log"));
        command.addAll(List.of(
                "-XX:AOTCacheOutput=" + draft, "-jar", jar.toString(), Rehearsal.COMMAND, "--dir", scratch.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("output").toFile())
                .start();
        rehearsal = process;
        if (closed) {
            process.destroy();
        }
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        if (ended && process.exitValue() == 0 && Files.exists(draft)) {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            LOG.log(System.Logger.Level.DEBUG, "made {0}", file);
            removeThoseOfOlderBuilds();
        } else if (!closed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "no AOT cache could be made, so starts stay slower: {0}",
                    Files.readString(scratch.resolve("output")));
        }
    }

    /** In the program's own folder only: a folder of the user's may hold caches of other installations. */
    private void removeThoseOfOlderBuilds() throws IOException {
        Path program = jar.toAbsolutePath().resolve("../../cache").normalize();
        if (!program.equals(file.toAbsolutePath().getParent())) {
            return;
        }
        FileTime built = Files.getLastModifiedTime(jar);
        try (Stream<Path> files = Files.list(program)) {
            for (Path old : files.toList()) {
                if (Files.getLastModifiedTime(old).compareTo(built) < 0) {
                    Files.delete(old);
                }
            }
        }
    }

    /** Ends a rehearsal under way. */
    @Override
    public void close() {
        closed = true;
        worker.interrupt();
        Process process = rehearsal;
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
