package dev.galley.auth.sso;

import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.token.SignIns;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Sign-ins whose user is at an identity provider: a row of {@code auth.flow_state} with what the client wants, and one of
 * {@code auth.saml_relay_states} with the question, whose id travels along. Each step takes the row of the step before.
 */
final class Flows {
    private Flows() {}

    /** @param flow a row of {@code auth.flow_state} */
    record Relay(UUID provider, UUID flow, String question, Instant begun) {}

    /**
     * @param browser in which alone it may end, as a digest
     * @param challenged whether the client gets a code and not tokens
     */
    record Flow(
            UUID id,
            Optional<UUID> user,
            String redirectTo,
            Optional<String> browser,
            boolean challenged,
            Optional<Instant> sessionEnd) {}

    /** @return the flow */
    static UUID begin(Connection connection, String redirectTo, Optional<CodeChallenge> challenge, Instant now)
            throws SQLException {
        UUID id = UUID.randomUUID();
        Sql.of(
                        """
                        insert into auth.flow_state (id, provider_type, authentication_method, referrer, code_challenge_method,
                          code_challenge, created_at, updated_at)
                        values (?, ?, ?, ?, ?::auth.code_challenge_method, ?, ?, ?)
                        """,
                        id,
                        SignIns.SSO,
                        SignIns.SSO,
                        redirectTo,
                        challenge.map(given -> given.method().text()),
                        challenge.map(CodeChallenge::value),
                        now,
                        now)
                .update(connection);
        return id;
    }

    /** @return the relay state */
    static UUID relay(Connection connection, UUID provider, UUID flow, String question, Instant now)
            throws SQLException {
        UUID id = UUID.randomUUID();
        Sql.of("""
            insert into auth.saml_relay_states (id, sso_provider_id, request_id, redirect_to, flow_state_id,
              created_at, updated_at)
            select ?, ?, ?, referrer, id, ?, ? from auth.flow_state where id = ?
            """, id, provider, question, now, now, flow).update(connection);
        return id;
    }

    /** Of two who bring the same relay state, one gets it; it is gone however the rest ends. */
    static Optional<Relay> take(Connection connection, UUID id) throws SQLException {
        return Sql.of("""
            delete from auth.saml_relay_states where id = ? and flow_state_id is not null
            returning sso_provider_id, flow_state_id, request_id, created_at
            """, id)
                .one(
                        connection,
                        row -> new Relay(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                row.getString(3),
                                row.getTimestamp(4).toInstant()));
    }

    static void bind(Connection connection, UUID flow, String browser, Instant now) throws SQLException {
        Sql.of("update auth.flow_state set browser_digest = ?, updated_at = ? where id = ?", browser, now, flow)
                .update(connection);
    }

    static Optional<Flow> find(Connection connection, UUID id) throws SQLException {
        return one(connection, "id = ?", id);
    }

    /** The user is known. Who brings the code may end the flow, if it is the right browser. */
    static void arrive(
            Connection connection, UUID flow, UUID user, String code, Optional<Instant> sessionEnd, Instant now)
            throws SQLException {
        Sql.of("""
            update auth.flow_state set user_id = ?, auth_code = ?, auth_code_issued_at = ?, session_not_after = ?,
                   updated_at = ?
             where id = ?
            """, user, code, now, sessionEnd, now, flow).update(connection);
    }

    /** A flow that is waiting for its browser. */
    static Optional<Flow> waiting(Connection connection, String code, Instant notBefore) throws SQLException {
        return one(
                connection,
                "auth_code = ? and auth_code_issued_at > ? and browser_digest is not null and user_id is not null",
                code,
                notBefore);
    }

    /** From now on the code is the client's, who has to show the verifier. */
    static void release(Connection connection, UUID flow) throws SQLException {
        Sql.of("update auth.flow_state set browser_digest = null where id = ?", flow)
                .update(connection);
    }

    private static Optional<Flow> one(Connection connection, String condition, Object... parameters)
            throws SQLException {
        return Sql.of("""
            select id, user_id, coalesce(referrer, ''), browser_digest, code_challenge is not null, session_not_after
              from auth.flow_state where authentication_method = '%s' and %s for update
            """.formatted(SignIns.SSO, condition), parameters)
                .one(
                        connection,
                        row -> new Flow(
                                row.getObject(1, UUID.class),
                                Optional.ofNullable(row.getObject(2, UUID.class)),
                                row.getString(3),
                                Optional.ofNullable(row.getString(4)),
                                row.getBoolean(5),
                                Optional.ofNullable(row.getTimestamp(6)).map(java.sql.Timestamp::toInstant)));
    }
}
