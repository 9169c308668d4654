package dev.galley.auth.account;

import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code auth.mfa_challenges}: what a second factor is asked for, and who asked. */
public final class Challenges {

    /**
     * @param used whether it was answered
     * @param sameAddress whether it was asked for from the address that is given
     * @param code digest of a code that was sent
     * @param ceremony of WebAuthn, as JSON
     */
    public record Challenge(
            UUID id,
            Instant createdAt,
            boolean used,
            boolean sameAddress,
            Optional<String> code,
            Optional<String> ceremony) {}

    private Challenges() {}

    /** Older ones than {@code notBefore} go. */
    public static void insert(
            Connection connection,
            UUID id,
            UUID factor,
            String address,
            Optional<String> code,
            Optional<String> ceremony,
            Instant now,
            Instant notBefore)
            throws SQLException {
        Sql.of("delete from auth.mfa_challenges where factor_id = ? and created_at < ?", factor, notBefore)
                .update(connection);
        Sql.of("""
                        insert into auth.mfa_challenges (id, factor_id, created_at, ip_address, otp_code, web_authn_session_data)
                        values (?, ?, ?, ?::inet, ?, ?::jsonb)
                        """, id, factor, now, address, code, ceremony).update(connection);
    }

    public static Optional<Challenge> byId(Connection connection, UUID factor, UUID id, String address)
            throws SQLException {
        return Sql.of("""
                        select id, created_at, verified_at is not null, ip_address = ?::inet, otp_code, web_authn_session_data::text
                          from auth.mfa_challenges where factor_id = ? and id = ?
                        """, address, factor, id)
                .one(
                        connection,
                        row -> new Challenge(
                                row.getObject(1, UUID.class),
                                row.getTimestamp(2).toInstant(),
                                row.getBoolean(3),
                                row.getBoolean(4),
                                Optional.ofNullable(row.getString(5)),
                                Optional.ofNullable(row.getString(6))));
    }

    /** Of two that answer at once, one does. */
    public static boolean take(Connection connection, UUID id, Instant now) throws SQLException {
        return Sql.of("update auth.mfa_challenges set verified_at = ? where id = ? and verified_at is null", now, id)
                        .update(connection)
                > 0;
    }
}
