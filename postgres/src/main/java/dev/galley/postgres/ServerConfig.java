package dev.galley.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** Writes postgresql.conf and pg_hba.conf of a server of ours. {@code ALTER SYSTEM} still works: its file is read after ours. */
final class ServerConfig {
    private static final String ACCESS = """
            # Written by Galley at every start.
            # The socket's directory is open to the server's own user (and root) only: whoever reaches it is trusted.
            local all         all              trust
            local replication all              trust
            host  all         all 127.0.0.1/32 scram-sha-256
            host  all         all ::1/128      scram-sha-256
            """;

    private ServerConfig() {}

    static void write(Path data, Map<String, String> parameters, OsUser owner) throws IOException {
        StringBuilder text = new StringBuilder(
                "# Written by Galley at every start: change parameters by its settings, or with ALTER SYSTEM.\n");
        new TreeMap<>(parameters)
                .forEach((name, value) -> text.append(name)
                        .append(" = '")
                        .append(value.replace("\\", "\\\\").replace("'", "''"))
                        .append("'\n"));
        replace(data.resolve("postgresql.conf"), text.toString(), owner);
        replace(data.resolve("pg_hba.conf"), ACCESS, owner);
    }

    /** Leaves a file alone that is right already: a start on a full disk must not depend on writing it. */
    private static void replace(Path file, String text, OsUser owner) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.write(beside, text.getBytes(StandardCharsets.UTF_8));
        owner.own(beside);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
