package dev.galley.postgres.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL of another version than the one inside, from an archive that the build has put into {@code target/postgresql}. */
public final class PackedPostgres {
    private PackedPostgres() {}

    /** Unpacks it, for every user to run, and returns the folder with {@code postgres} and {@code initdb}. */
    public static Path unpack(int majorVersion, Path to) throws IOException {
        Path archive = Path.of("target", "postgresql", majorVersion + ".jar");
        try (ZipFile jar = new ZipFile(archive.toFile());
                InputStream source =
                        jar.getInputStream(Objects.requireNonNull(jar.getEntry("postgres-linux-x86_64.txz")));
                var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(source, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = to.resolve(entry.getName()).normalize();
                if (!path.startsWith(to)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
        return to.resolve("bin");
    }
}
