package dev.galley.postgres.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the template data directory with initdb.
 *
 * <p>Text is UTF-8 and sorts by code point (the builtin provider's C.UTF-8): the order then never depends on the machine's C
 * library nor on the ICU that this build of PostgreSQL carries, so that no upgrade of either can silently corrupt an index.
 * Page checksums are on. Whoever reaches the Unix socket is trusted (its directory is closed to others); TCP needs a password.
 */
final class InitDb {
    /** initdb refuses to run as root. */
    private static final String UNPRIVILEGED = "nobody";

    private InitDb() {}

    static Path run(Path server, Path work) throws IOException, InterruptedException {
        Files.createDirectories(work);
        List<String> command = new ArrayList<>();
        if (Files.getAttribute(work, "unix:uid").equals(0)) {
            var lookup = work.getFileSystem().getUserPrincipalLookupService();
            Files.setOwner(work, lookup.lookupPrincipalByName(UNPRIVILEGED));
            // The temporary folder above is ours alone.
            Files.setPosixFilePermissions(work.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
            command.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--clear-groups", "--no-new-privs"));
        }
        Path data = work.resolve("data");
        command.addAll(List.of(
                server.resolve("bin/initdb").toString(),
                "--pgdata=" + data,
                "--username=supabase_admin",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                "--text-search-config=english", // as PostgreSQL has it under an English locale; searches rely on it
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--no-sync",
                "--no-instructions",
                "--set=timezone=UTC",
                "--set=log_timezone=UTC"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(work.toFile());
        Process initdb = builder.start();
        String output = new String(initdb.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (initdb.waitFor() != 0) {
            throw new IOException("initdb failed:\n" + output);
        }
        return data;
    }
}
