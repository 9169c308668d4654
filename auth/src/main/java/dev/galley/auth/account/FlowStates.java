package dev.galley.auth.account;

import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Sign-ins that begin with a code challenge in one request and end with its verifier in another (PKCE, RFC 7636). */
public final class FlowStates {

    /**
     * A flow whose user is known and whose code waits to be redeemed.
     *
     * @param authenticationMethod how the user showed who they are
     * @param sessionEnd when the session is to end, if whoever vouches for the user says so
     */
    public record Waiting(
            UUID id,
            UUID user,
            CodeChallenge challenge,
            String provider,
            String authenticationMethod,
            Optional<String> providerToken,
            Optional<String> providerRefreshToken,
            Instant codeIssuedAt,
            Optional<Instant> sessionEnd) {}

    private FlowStates() {}

    /** Begins a flow for a user who is known already. */
    public static void begin(
            Connection connection, UUID user, CodeChallenge challenge, String provider, String method, Instant now)
            throws SQLException {
        Sql.of("""
            insert into auth.flow_state (id, user_id, code_challenge_method, code_challenge, provider_type,
              authentication_method, created_at, updated_at)
            values (gen_random_uuid(), ?, ?::auth.code_challenge_method, ?, ?, ?, ?, ?)
            """, user, challenge.method().text(), challenge.value(), provider, method, now, now)
                .update(connection);
    }

    /** Gives the user's last flow of this method its code; empty when there is none. */
    public static Optional<String> issueCode(Connection connection, UUID user, String method, Instant now)
            throws SQLException {
        return Sql.of("""
            update auth.flow_state set auth_code = gen_random_uuid()::text, auth_code_issued_at = ?, updated_at = ?
             where id = (select id from auth.flow_state
                          where user_id = ? and authentication_method = ? and auth_code is null
                          order by created_at desc limit 1)
            returning auth_code
            """, now, now, user, method).one(connection, row -> row.getString(1));
    }

    /** The flow of a code, which nobody else can redeem until the transaction ends. */
    public static Optional<Waiting> byCode(Connection connection, String code) throws SQLException {
        return Sql.of("""
            select id, user_id, code_challenge_method::text, code_challenge, provider_type, authentication_method,
                   provider_access_token, provider_refresh_token, coalesce(auth_code_issued_at, created_at),
                   session_not_after
              from auth.flow_state
             where auth_code = ? and user_id is not null and code_challenge is not null and browser_digest is null
               for update
            """, code)
                .one(
                        connection,
                        row -> new Waiting(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                new CodeChallenge(CodeChallenge.Method.of(row.getString(3)), row.getString(4)),
                                row.getString(5),
                                row.getString(6),
                                Optional.ofNullable(row.getString(7)),
                                Optional.ofNullable(row.getString(8)),
                                row.getTimestamp(9).toInstant(),
                                Optional.ofNullable(row.getTimestamp(10)).map(Timestamp::toInstant)));
    }

    /**
     * Codes that nobody has redeemed, the user's own and those of OAuth clients, and identities about to be linked: what was begun
     * before must not end after.
     */
    public static void endIssued(Connection connection, UUID user) throws SQLException {
        Sql.of(
                        "delete from auth.flow_state where (user_id = ? and auth_code is not null) or"
                                + " linking_target_id = ?",
                        user,
                        user)
                .update(connection);
        Sql.of(
                        "delete from auth.oauth_authorizations where user_id = ? and status = 'approved' and redeemed_at is null",
                        user)
                .update(connection);
    }

    public static void end(Connection connection, UUID flow) throws SQLException {
        Sql.of("delete from auth.flow_state where id = ?", flow).update(connection);
    }
}
