package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code auth.mfa_factors}. */
public final class Factors {

    private Factors() {}

    /** Another user's factor is none. */
    public static Optional<Factor> byId(Connection connection, UUID user, UUID id) throws SQLException {
        return Sql.of("""
                        select id, user_id, factor_type::text, status = 'verified', coalesce(friendly_name, ''), secret, phone,
                               last_challenged_at, web_authn_credential::text
                          from auth.mfa_factors where user_id = ? and id = ?
                        """, user, id).one(connection, Factors::factor);
    }

    public static void insert(Connection connection, Factor factor, Instant now) throws SQLException {
        Sql.of(
                        """
                        insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret,
                          phone)
                        values (?, ?, ?, ?::auth.factor_type, 'unverified', ?, ?, ?, ?)
                        """,
                        factor.id(),
                        factor.user(),
                        factor.name(),
                        factor.kind().text(),
                        now,
                        now,
                        factor.secret(),
                        factor.phone())
                .update(connection);
    }

    public static void verified(Connection connection, UUID id, Instant now) throws SQLException {
        Sql.of("update auth.mfa_factors set status = 'verified', updated_at = ? where id = ?", now, id)
                .update(connection);
    }

    public static void challenged(Connection connection, UUID id, Instant now) throws SQLException {
        Sql.of("update auth.mfa_factors set last_challenged_at = ? where id = ?", now, id)
                .update(connection);
    }

    public static void rename(Connection connection, UUID id, String name, Instant now) throws SQLException {
        Sql.of("update auth.mfa_factors set friendly_name = ?, updated_at = ? where id = ?", name, now, id)
                .update(connection);
    }

    public static void changePhone(Connection connection, UUID id, String phone, Instant now) throws SQLException {
        Sql.of("update auth.mfa_factors set phone = ?, updated_at = ? where id = ?", phone, now, id)
                .update(connection);
    }

    /** Takes a step of the clock: of two that show its code at once, one gets it, and no earlier step counts any more. */
    public static boolean takeStep(Connection connection, UUID id, long step) throws SQLException {
        return Sql.of("""
                        update auth.mfa_factors set last_used_step = ?
                         where id = ? and (last_used_step is null or last_used_step < ?)
                        """, step, id, step).update(connection) > 0;
    }

    /** Keeps the credential with which the factor was enrolled. */
    public static void keepCredential(Connection connection, UUID id, PublicKeyCredential credential)
            throws SQLException {
        Sql.of(
                        "update auth.mfa_factors set web_authn_credential = ?::jsonb, web_authn_aaguid = ?::uuid where id = ?",
                        StrictJson.write(credential.json()),
                        credential.aaguid(),
                        id)
                .update(connection);
    }

    public static void delete(Connection connection, UUID id) throws SQLException {
        Sql.of("delete from auth.mfa_factors where id = ?", id).update(connection);
    }

    public static void deleteUnverified(Connection connection, UUID user) throws SQLException {
        Sql.of("delete from auth.mfa_factors where user_id = ? and status = 'unverified'", user)
                .update(connection);
    }

    public static void deleteUnverified(Connection connection, UUID user, Instant before) throws SQLException {
        Sql.of(
                        "delete from auth.mfa_factors where user_id = ? and status = 'unverified' and created_at < ?",
                        user,
                        before)
                .update(connection);
    }

    private static Factor factor(ResultSet row) throws SQLException {
        return new Factor(
                row.getObject(1, UUID.class),
                row.getObject(2, UUID.class),
                Factor.Kind.of(row.getString(3)).orElseThrow(() -> new SQLException("unknown type of factor")),
                row.getBoolean(4),
                row.getString(5),
                Optional.ofNullable(row.getString(6)),
                Optional.ofNullable(row.getString(7)),
                Optional.ofNullable(row.getTimestamp(8)).map(Timestamp::toInstant),
                Optional.ofNullable(row.getString(9)));
    }
}
