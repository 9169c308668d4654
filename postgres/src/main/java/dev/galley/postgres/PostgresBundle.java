package dev.galley.postgres;

import java.io.BufferedInputStream;
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
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The PostgreSQL that Galley carries: the server's files and a fresh data directory, packed during the build.
 *
 * <p>The server is unpacked once per version into a cache folder that many projects share. It is written beside its place,
 * brought to disk and then renamed, under a lock: a folder with the final name is complete, whoever else is at it and
 * whenever the machine stops.
 */
final class PostgresBundle {
    private static final String FOLDER = "/dev/galley/postgres/binaries/";

    private final String version;
    private final String folderName;

    private PostgresBundle(String version, String folderName) {
        this.version = version;
        this.folderName = folderName;
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
                        + properties.getProperty("digest"));
    }

    String folderName() {
        return folderName;
    }

    int majorVersion() {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    /** The folder with {@code bin}, {@code lib} and {@code share}: below {@code cache}, unpacked now if it is not there yet. */
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
                unpack("server.zip", beside);
                try (var programs = Files.newDirectoryStream(beside.resolve("bin"))) {
                    for (Path program : programs) {
                        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
                FileTrees.flush(beside);
                Files.move(beside, server, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return server;
    }

    /** Writes a fresh data directory to {@code folder}, which must not exist. Neither brought to disk nor given away yet. */
    void unpackData(Path folder) throws IOException {
        unpack("data.zip", folder);
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

    private static void unpack(String archive, Path to) throws IOException {
        Files.createDirectories(to);
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(resource(archive), 1 << 16))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path path = to.resolve(entry.getName()).normalize();
                if (!path.startsWith(to)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                Files.createDirectories(entry.isDirectory() ? path : path.getParent());
                if (!entry.isDirectory()) {
                    Files.copy(zip, path);
                }
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
