package dev.galley.auth.provider;

import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code auth.oauth_authorizations}. */
final class Authorizations {
    private static final String SELECT = """
            select id, authorization_id, client_id, user_id, redirect_uri, scope, state, resource, code_challenge, nonce,
                   status::text, expires_at, authenticated_at, ask_always, redeemed_at, session_id
              from auth.oauth_authorizations
            """;

    private Authorizations() {}

    static void insert(Connection connection, Authorization request, Instant now) throws SQLException {
        Sql.of(
                        """
                        insert into auth.oauth_authorizations (id, authorization_id, client_id, redirect_uri, scope, state, resource,
                          code_challenge, code_challenge_method, nonce, created_at, expires_at, ask_always)
                        values (?, ?, ?, ?, ?, ?, ?, ?, 's256', ?, ?, ?, ?)
                        """,
                        request.id(),
                        request.publicId(),
                        request.client(),
                        request.redirectUri(),
                        request.scopes().text(),
                        request.state(),
                        request.resource(),
                        request.challenge(),
                        request.nonce(),
                        now,
                        request.expiresAt(),
                        request.askAlways())
                .update(connection);
    }

    /** Nobody else can answer it until the transaction ends. */
    static Optional<Authorization> lockedByPublicId(Connection connection, String publicId) throws SQLException {
        return Sql.of(SELECT + " where authorization_id = ? for update", publicId)
                .one(connection, Authorizations::authorization);
    }

    static Optional<Authorization> byCode(Connection connection, String code) throws SQLException {
        return Sql.of(SELECT + " where authorization_code = ?", Secrets.digest(code))
                .one(connection, Authorizations::authorization);
    }

    static Optional<Authorization> locked(Connection connection, UUID id) throws SQLException {
        return Sql.of(SELECT + " where id = ? for update", id).one(connection, Authorizations::authorization);
    }

    static void askOf(Connection connection, UUID id, UUID user) throws SQLException {
        Sql.of("update auth.oauth_authorizations set user_id = ? where id = ?", user, id)
                .update(connection);
    }

    static void approve(
            Connection connection,
            UUID id,
            String code,
            Optional<Instant> authenticatedAt,
            Instant now,
            Instant expiresAt)
            throws SQLException {
        Sql.of("""
                        update auth.oauth_authorizations
                           set status = 'approved', approved_at = ?, authorization_code = ?, authenticated_at = ?, expires_at = ?
                         where id = ?
                        """, now, Secrets.digest(code), authenticatedAt, expiresAt, id).update(connection);
    }

    static void deny(Connection connection, UUID id) throws SQLException {
        Sql.of("update auth.oauth_authorizations set status = 'denied' where id = ?", id)
                .update(connection);
    }

    static void redeem(Connection connection, UUID id, UUID session, Instant now) throws SQLException {
        Sql.of("update auth.oauth_authorizations set redeemed_at = ?, session_id = ? where id = ?", now, session, id)
                .update(connection);
    }

    static void forget(Connection connection, UUID client, UUID user) throws SQLException {
        Sql.of("delete from auth.oauth_authorizations where client_id = ? and user_id = ?", client, user)
                .update(connection);
    }

    private static Authorization authorization(ResultSet row) throws SQLException {
        return new Authorization(
                row.getObject("id", UUID.class),
                row.getString("authorization_id"),
                row.getObject("client_id", UUID.class),
                Optional.ofNullable(row.getObject("user_id", UUID.class)),
                row.getString("redirect_uri"),
                Scopes.of(row.getString("scope")),
                Optional.ofNullable(row.getString("state")),
                Optional.ofNullable(row.getString("resource")),
                Optional.ofNullable(row.getString("code_challenge")),
                Optional.ofNullable(row.getString("nonce")),
                Authorization.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                row.getTimestamp("expires_at").toInstant(),
                Optional.ofNullable(row.getTimestamp("authenticated_at")).map(Timestamp::toInstant),
                row.getBoolean("ask_always"),
                row.getTimestamp("redeemed_at") != null,
                Optional.ofNullable(row.getObject("session_id", UUID.class)));
    }
}
