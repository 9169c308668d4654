package dev.galley.auth.account;

import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code auth.refresh_tokens}: tokens of the old kind, which imported projects have. None are added. */
public final class OldRefreshTokens {
    private OldRefreshTokens() {}

    /** The session of a token, used or not. */
    public static Optional<UUID> session(Connection connection, String token) throws SQLException {
        return Sql.of("select session_id from auth.refresh_tokens where token = ? and session_id is not null", token)
                .one(connection, row -> row.getObject(1, UUID.class));
    }

    /** Whether it had not been used; now it has. */
    public static boolean use(Connection connection, String token, Instant now) throws SQLException {
        return Sql.of(
                                "update auth.refresh_tokens set revoked = true, updated_at = ? where token = ? and revoked is not true",
                                now,
                                token)
                        .update(connection)
                > 0;
    }

    /** Whether it was used at that time or later. */
    public static boolean usedSince(Connection connection, String token, Instant since) throws SQLException {
        return Sql.of("select 1 from auth.refresh_tokens where token = ? and revoked and updated_at >= ?", token, since)
                .exists(connection);
    }
}
