package dev.galley.auth.account;

import dev.galley.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** Remembers what may sign somebody in only once, for all nodes, as long as it would be believed. */
public final class UsedOnce {
    private UsedOnce() {}

    /**
     * Whether this is the first time. Of two transactions at once the second waits for the first.
     *
     * @param kind of what it is, so that two kinds never meet
     * @param until it need not be remembered longer
     */
    public static boolean first(Connection connection, String kind, String text, Instant until) throws SQLException {
        return Sql.of(
                                "insert into galley.used_once (digest, expires_at) values (?, ?) on conflict do"
                                        + " nothing",
                                digest(kind + '\n' + text),
                                until)
                        .update(connection)
                == 1;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
