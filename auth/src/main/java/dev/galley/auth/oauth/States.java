package dev.galley.auth.oauth;

import dev.galley.auth.account.CodeChallenge;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Sign-ins whose user is at a provider: rows of {@code auth.flow_state}, whose id is the {@code state} that comes back. */
final class States {
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    /**
     * @param redirectTo where the user goes in the end
     * @param target to whom the identity is to be linked
     * @param browser in which alone it may end, as a digest
     */
    record State(
            UUID id,
            String provider,
            String redirectTo,
            Optional<CodeChallenge> challenge,
            Optional<String> inviteToken,
            Optional<UUID> target,
            Optional<String> browser) {}

    private States() {}

    static void begin(Connection connection, State state, boolean emailOptional, Instant now) throws SQLException {
        // What nobody came back for; a few at a time, so that a sign-in never waits for it.
        Sql.of("""
            delete from auth.flow_state where id in (
              select id from auth.flow_state where created_at < ? order by created_at limit 20 for update skip locked)
            """, now.minus(FORGOTTEN)).update(connection);
        Sql.of(
                        """
                        insert into auth.flow_state (id, provider_type, authentication_method, referrer, code_challenge_method,
                          code_challenge, invite_token, linking_target_id, browser_digest, email_optional, created_at, updated_at)
                        values (?, ?, 'oauth', ?, ?::auth.code_challenge_method, ?, ?, ?, ?, ?, ?, ?)
                        """,
                        state.id(),
                        state.provider(),
                        state.redirectTo(),
                        state.challenge().map(challenge -> challenge.method().text()),
                        state.challenge().map(CodeChallenge::value),
                        state.inviteToken(),
                        state.target(),
                        state.browser(),
                        emailOptional,
                        now,
                        now)
                .update(connection);
    }

    /** Of two who bring the same state, one gets it; it is gone however the rest ends. */
    static Optional<State> take(Connection connection, UUID id, Instant notBefore) throws SQLException {
        return Sql.of("""
            delete from auth.flow_state
             where id = ? and authentication_method = 'oauth' and user_id is null and auth_code is null
               and created_at > ?
            returning provider_type, coalesce(referrer, ''), code_challenge_method::text, code_challenge, invite_token,
                      linking_target_id, browser_digest
            """, id, notBefore)
                .one(
                        connection,
                        row -> new State(
                                id,
                                row.getString(1),
                                row.getString(2),
                                CodeChallenge.of(
                                        Optional.ofNullable(row.getString(4)), Optional.ofNullable(row.getString(3))),
                                Optional.ofNullable(row.getString(5)),
                                Optional.ofNullable(row.getObject(6, UUID.class)),
                                Optional.ofNullable(row.getString(7))));
    }

    /** The code with which the client that holds the verifier gets its tokens. */
    static String issueCode(
            Connection connection, State state, UUID user, CodeChallenge challenge, TokenAnswer tokens, Instant now)
            throws SQLException {
        String code = UUID.randomUUID().toString();
        Sql.of(
                        """
                        insert into auth.flow_state (id, user_id, provider_type, authentication_method, code_challenge_method,
                          code_challenge, auth_code, auth_code_issued_at, provider_access_token, provider_refresh_token,
                          created_at, updated_at)
                        values (gen_random_uuid(), ?, ?, 'oauth', ?::auth.code_challenge_method, ?, ?, ?, ?, ?, ?, ?)
                        """,
                        user,
                        state.provider(),
                        challenge.method().text(),
                        challenge.value(),
                        code,
                        now,
                        tokens.accessToken(),
                        tokens.refreshToken(),
                        now,
                        now)
                .update(connection);
        return code;
    }
}
