package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;

/** Reads and writes {@code auth.sessions} and the methods by which a session was begun. */
public final class Sessions {
    private static final String SELECT = """
            select id, user_id, created_at, refreshed_at, not_after, coalesce(aal::text, 'aal1') as aal, factor_id,
                   oauth_client_id, refresh_token_hmac_key, coalesce(refresh_token_counter, 0) as counter,
                   coalesce(scopes, '') as scopes, oauth_resource, oauth_authenticated_at
              from auth.sessions where id = ?
            """;

    private Sessions() {}

    public static Optional<Session> byId(Connection connection, UUID id) throws SQLException {
        return Sql.of(SELECT, id).one(connection, Sessions::session);
    }

    /** The same, and nobody else can refresh or end it until the transaction ends. */
    public static Optional<Session> locked(Connection connection, UUID id) throws SQLException {
        return Sql.of(SELECT + " for update", id).one(connection, Sessions::session);
    }

    public static void insert(Connection connection, Session session, Instant now, String userAgent, String address)
            throws SQLException {
        Sql.of(
                        """
                        insert into auth.sessions (id, user_id, created_at, updated_at, aal, not_after, user_agent, ip,
                          factor_id, oauth_client_id, refresh_token_hmac_key, refresh_token_counter, scopes,
                          oauth_resource, oauth_authenticated_at)
                        values (?, ?, ?, ?, ?::auth.aal_level, ?, ?, ?::inet, ?, ?, ?, ?, ?, ?, ?)
                        """,
                        session.id(),
                        session.user(),
                        now,
                        now,
                        session.aal(),
                        session.notAfter(),
                        userAgent,
                        address,
                        session.factor(),
                        session.oauthClient(),
                        session.hmacKey(),
                        session.counter(),
                        session.scopes(),
                        session.delegation().flatMap(Delegation::resource),
                        session.delegation().flatMap(Delegation::authenticatedAt))
                .update(connection);
    }

    public static void refreshed(
            Connection connection, UUID id, long counter, Instant now, String userAgent, String address)
            throws SQLException {
        Sql.of("""
                        update auth.sessions
                           set refresh_token_counter = ?, refreshed_at = ?, updated_at = ?, user_agent = ?, ip = ?::inet
                         where id = ?
                        """, counter, LocalDateTime.ofInstant(now, ZoneOffset.UTC), now, userAgent, address, id)
                .update(connection);
    }

    /** A session that was begun elsewhere gets refresh tokens of the new kind. */
    public static void giveKey(Connection connection, UUID id, String key) throws SQLException {
        Sql.of("update auth.sessions set refresh_token_hmac_key = ?, refresh_token_counter = 0 where id = ?", key, id)
                .update(connection);
    }

    /** Notes that the session's user has shown who they are by this method too. */
    public static void addMethod(Connection connection, UUID session, String method, Instant now) throws SQLException {
        Sql.of("""
                        insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
                        values (gen_random_uuid(), ?, ?, ?, ?)
                        on conflict (session_id, authentication_method) do update set updated_at = excluded.updated_at
                        """, session, method, now, now).update(connection);
    }

    /** The claim {@code amr}: methods and times in seconds since the epoch, the latest first. */
    public static ArrayNode methods(Connection connection, UUID session) throws SQLException {
        ArrayNode claim = StrictJson.newObject().arrayNode();
        Sql.of("""
                        select authentication_method, extract(epoch from updated_at)::bigint from auth.mfa_amr_claims
                         where session_id = ? order by updated_at desc, authentication_method
                        """, session)
                .list(
                        connection,
                        row -> claim.add(StrictJson.newObject()
                                .put("method", row.getString(1))
                                .put("timestamp", row.getLong(2))));
        return claim;
    }

    public static void end(Connection connection, UUID session) throws SQLException {
        Sql.of("delete from auth.sessions where id = ?", session).update(connection);
    }

    public static void endAll(Connection connection, UUID user) throws SQLException {
        Sql.of("delete from auth.sessions where user_id = ?", user).update(connection);
    }

    /** Ends what an OAuth client may do for one user, or for all. */
    public static void endOfClient(Connection connection, UUID oauthClient, Optional<UUID> user) throws SQLException {
        Sql.of(
                        "delete from auth.sessions where oauth_client_id = ? and user_id = coalesce(?::uuid, user_id)",
                        oauthClient,
                        user)
                .update(connection);
    }

    public static void endOthers(Connection connection, UUID user, UUID kept) throws SQLException {
        Sql.of("delete from auth.sessions where user_id = ? and id <> ?", user, kept)
                .update(connection);
    }

    /** Likewise, but what applications do for the user goes on. */
    public static void endOtherSignIns(Connection connection, UUID user, UUID kept) throws SQLException {
        Sql.of("delete from auth.sessions where user_id = ? and id <> ? and oauth_client_id is null", user, kept)
                .update(connection);
    }

    private static Session session(ResultSet row) throws SQLException {
        return new Session(
                row.getObject("id", UUID.class),
                row.getObject("user_id", UUID.class),
                instant(row, "created_at").orElse(Instant.EPOCH),
                Optional.ofNullable(row.getObject("refreshed_at", LocalDateTime.class))
                        .map(time -> time.toInstant(ZoneOffset.UTC)),
                instant(row, "not_after"),
                row.getString("aal"),
                Optional.ofNullable(row.getObject("factor_id", UUID.class)),
                delegation(row),
                Optional.ofNullable(row.getString("refresh_token_hmac_key")),
                row.getLong("counter"));
    }

    private static Optional<Delegation> delegation(ResultSet row) throws SQLException {
        Optional<UUID> client = Optional.ofNullable(row.getObject("oauth_client_id", UUID.class));
        return client.isEmpty()
                ? Optional.empty()
                : Optional.of(new Delegation(
                        client.get(),
                        row.getString("scopes"),
                        Optional.ofNullable(row.getString("oauth_resource")),
                        instant(row, "oauth_authenticated_at")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
