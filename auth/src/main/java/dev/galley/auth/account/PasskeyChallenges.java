package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code auth.webauthn_challenges}: what passkeys are asked to sign. */
public final class PasskeyChallenges {
    private static final String SESSION = "session_id";

    /** What a challenge is for; one for the one does not do for the other. */
    public enum Purpose {
        REGISTRATION,
        AUTHENTICATION;

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param session for which it was made; empty for a sign-in */
    public record PasskeyChallenge(String challenge, Optional<UUID> user, Optional<UUID> session, Instant expiresAt) {}

    private PasskeyChallenges() {}

    public static UUID insert(Connection connection, Purpose purpose, PasskeyChallenge made, Instant now)
            throws SQLException {
        UUID id = UUID.randomUUID();
        var data = StrictJson.newObject().put("challenge", made.challenge());
        made.session().ifPresent(session -> data.put(SESSION, session.toString()));
        Sql.of("""
                        insert into auth.webauthn_challenges (id, user_id, challenge_type, session_data, created_at, expires_at)
                        values (?, ?::uuid, ?, ?::jsonb, ?, ?)
                        """, id, made.user(), purpose.text(), StrictJson.write(data), now, made.expiresAt())
                .update(connection);
        return id;
    }

    /** Takes a challenge away: of two that answer it at once, one does. Nobody takes that of another session. */
    public static Optional<PasskeyChallenge> take(
            Connection connection, UUID id, Purpose purpose, Optional<UUID> user, Optional<UUID> session)
            throws SQLException {
        return Sql.of("""
                        delete from auth.webauthn_challenges
                         where id = ? and challenge_type = ? and user_id is not distinct from ?::uuid
                           and session_data ->> 'session_id' is not distinct from ?::text
                        returning session_data ->> 'challenge', expires_at
                        """, id, purpose.text(), user, session.map(UUID::toString))
                .one(
                        connection,
                        row -> new PasskeyChallenge(
                                row.getString(1),
                                user,
                                session,
                                row.getTimestamp(2).toInstant()));
    }
}
