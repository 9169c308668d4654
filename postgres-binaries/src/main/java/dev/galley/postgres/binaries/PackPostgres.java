package dev.galley.postgres.binaries;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Repacks PostgreSQL during the build, so that a first start need not.
 *
 * <p>The published archive is xz, which takes two seconds to unpack, and initdb takes one to four more. So the build unpacks
 * it, runs initdb once, and writes zip archives, which the JDK inflates without any library: {@code server-N.zip} with what the
 * server needs at run time, and {@code data-0.zip}, a fresh data directory. {@code bundle.properties} names the version, the
 * platform and a digest of the source. Does nothing when all is there and comes from the same source.
 */
public final class PackPostgres {
    private static final String SOURCE = "/postgres-linux-x86_64.txz";

    /** Raise it when what is packed, or how, changes: what an earlier build packed is then not kept. */
    private static final String LAYOUT = "4";

    /** So many threads unpack it at the same time. */
    private static final int SERVER_PARTS = 3;

    private PackPostgres() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        String version = args[0];
        Path out = Path.of(args[1]).resolve("dev/galley/postgres/binaries");
        Properties bundle = new Properties();
        bundle.setProperty("version", version);
        bundle.setProperty("platform", "linux-amd64");
        bundle.setProperty("server-parts", Integer.toString(SERVER_PARTS));
        bundle.setProperty("digest", digestOfSource());
        Path stamp = out.resolve("bundle.properties");
        if (Files.exists(stamp) && bundle.equals(read(stamp))) {
            return;
        }
        Files.createDirectories(out);
        // Not below the build folder: initdb runs as another user when root builds, and /root is closed to it.
        Path work = workFolder();
        try {
            Path server = unpack(work.resolve("server"));
            Path data = InitDb.run(server, work.resolve("template"));
            PackedTree.server(server).writeTo(out, "server", SERVER_PARTS);
            PackedTree.data(data).writeTo(out, "data", 1);
        } finally {
            PackedTree.delete(work);
        }
        // Last, so that an interrupted build is not taken for a finished one.
        try (var to = Files.newBufferedWriter(stamp)) {
            bundle.store(to, null);
        }
    }

    /** In the first place from which programs may be run: some systems forbid that for their folder of temporary files. */
    private static Path workFolder() throws IOException {
        for (String place : new String[] {System.getProperty("java.io.tmpdir"), "/var/tmp", "/dev/shm", "/opt"}) {
            Path parent = Path.of(place);
            if (!Files.isWritable(parent)) {
                continue;
            }
            Path work = Files.createTempDirectory(parent, "galley-pack");
            Path program = Files.createFile(work.resolve("program"));
            Files.setPosixFilePermissions(program, PackedTree.EXECUTABLE);
            boolean runs = Files.isExecutable(program);
            Files.delete(program);
            if (runs) {
                return work;
            }
            Files.delete(work);
        }
        throw new IOException(
                "initdb cannot be run: programs are forbidden (noexec) in the folder of temporary files and in"
                        + " /var/tmp; name another with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER");
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (var from = Files.newBufferedReader(file)) {
            properties.load(from);
        }
        return properties;
    }

    private static InputStream source() throws IOException {
        InputStream in = PackPostgres.class.getResourceAsStream(SOURCE);
        if (in == null) {
            throw new IOException("no " + SOURCE + " on the class path");
        }
        return new BufferedInputStream(in, 1 << 16);
    }

    private static String digestOfSource() throws IOException {
        try (InputStream in = source()) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(LAYOUT.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Path unpack(Path to) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(source()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = to.resolve(entry.getName()).normalize();
                if (!path.startsWith(to)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(path.getParent());
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path);
                    if ((entry.getMode() & 0100) != 0) {
                        Files.setPosixFilePermissions(path, PackedTree.EXECUTABLE);
                    }
                }
            }
        }
        return to;
    }
}
