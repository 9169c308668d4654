package dev.galley.postgres;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The PostgreSQL that Galley carries: the server's files and a fresh data directory, packed during the build.
 *
 * <p>A built program has the server unpacked beside its jars, and uses it there. Where that cannot be, because the server runs
 * as a user who cannot enter the program's folder, or tests run from the classes, it comes once per version into a cache folder
 * that many projects share. It is written beside its place, brought to disk and then renamed, under a lock: a folder with the
 * final name is complete, whoever else is at it and whenever the machine stops.
 */
final class PostgresBundle {
    private static final String FOLDER = "/dev/galley/postgres/binaries/";

    private final String version;
    private final String folderName;
    private final int serverParts;

    private PostgresBundle(String version, String folderName, int serverParts) {
        this.version = version;
        this.folderName = folderName;
        this.serverParts = serverParts;
    }

    static PostgresBundle load() {
        Properties properties = new Properties();
        try (InputStream in = resource("bundle.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new PostgresException(
                    PostgresException.Kind.START_FAILED,
                    "this build of Galley carries no PostgreSQL: " + e.getMessage(),
                    e);
        }
        String version = properties.getProperty("version", "");
        return new PostgresBundle(
                version,
                "postgres-" + version + "-" + properties.getProperty("platform") + "-"
                        + properties.getProperty("digest"),
                Integer.parseInt(properties.getProperty("server-parts", "")));
    }

    String folderName() {
        return folderName;
    }

    int majorVersion() {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    /** The folder with {@code bin}, {@code lib} and {@code share}: the program's own if {@code user} can use it, else in the cache. */
    Path server(Path cache, OsUser user) throws IOException {
        Optional<Path> own = shipped().filter(folder -> user.canExecute(folder.resolve("bin/postgres")));
        return own.isPresent() ? own.get() : unpackServer(cache);
    }

    /** The server's folder in the program's; the launcher says where that is. */
    private Optional<Path> shipped() {
        return Optional.ofNullable(System.getProperty("galley.postgres"))
                .map(folder -> Path.of(folder).resolve(folderName))
                .filter(Files::isDirectory);
    }

    /** Below {@code cache}, written now if it is not there yet. */
    Path unpackServer(Path cache) throws IOException {
        Path server = cache.resolve(folderName);
        if (Files.isDirectory(server)) {
            return server;
        }
        Files.createDirectories(cache);
        try (FileChannel channel = FileChannel.open(
                        cache.resolve(folderName + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            if (lock.isValid() && !Files.isDirectory(server)) {
                Path beside = cache.resolve(folderName + ".partial");
                FileTrees.delete(beside);
                if (shipped().isPresent()) {
                    FileTrees.copy(shipped().get(), beside);
                } else {
                    unpackParts(beside);
                }
                makeUsable(beside);
                FileTrees.flush(beside);
                Files.move(beside, server, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return server;
    }

    /** To all, whatever the umask: many users may share it. */
    private static void makeUsable(Path server) throws IOException {
        try (Stream<Path> all = Files.walk(server)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                boolean open = Files.isDirectory(path) || server.resolve("bin").equals(path.getParent());
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(open ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    /** Inflating is what takes the time: every part on a thread of its own. */
    private void unpackParts(Path to) throws IOException {
        List<Callable<Path>> parts = IntStream.range(0, serverParts)
                .mapToObj(part -> (Callable<Path>) () -> {
                    PackedArchive.unpack(FOLDER + "server-" + part + ".zip", to);
                    return to;
                })
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(serverParts)) {
            for (Future<Path> part : threads.invokeAll(parts)) {
                part.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("cannot unpack PostgreSQL to " + to + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Writes a fresh data directory to {@code folder}, which must not exist. Neither brought to disk nor given away yet. */
    void unpackData(Path folder) throws IOException {
        PackedArchive.unpack(FOLDER + "data-0.zip", folder);
    }

    /** Waits also for another thread of this JVM, where the JDK throws instead. */
    private static FileLock lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (java.nio.channels.OverlappingFileLockException e) {
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = PostgresBundle.class.getResourceAsStream(FOLDER + name);
        if (in == null) {
            throw new FileNotFoundException(FOLDER + name);
        }
        return in;
    }
}
