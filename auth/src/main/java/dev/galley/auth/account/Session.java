package dev.galley.auth.account;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A sign-in that has not ended.
 *
 * @param refreshedAt of the last refresh
 * @param aal assurance level: {@code aal1}, {@code aal2}
 * @param delegation the OAuth client that it is for; empty: the user's own
 * @param hmacKey what the key of its refresh tokens is made of; empty for a session that has none yet
 * @param counter of the refresh token that holds
 */
public record Session(
        UUID id,
        UUID user,
        Instant createdAt,
        Optional<Instant> refreshedAt,
        Optional<Instant> notAfter,
        String aal,
        Optional<UUID> factor,
        Optional<Delegation> delegation,
        Optional<String> hmacKey,
        long counter) {

    public boolean aal2() {
        return aal.equals("aal2") || aal.equals("aal3");
    }

    /** For a token that may do less than the session. */
    public Session narrowed(Optional<String> scope) {
        return new Session(
                id,
                user,
                createdAt,
                refreshedAt,
                notAfter,
                aal,
                factor,
                delegation.map(whole -> scope.map(whole::narrowed).orElse(whole)),
                hmacKey,
                counter);
    }

    public Optional<UUID> oauthClient() {
        return delegation.map(Delegation::client);
    }

    /** What its OAuth client may know. */
    public Optional<String> scopes() {
        return delegation.map(Delegation::scope);
    }

    public Instant lastActive() {
        return refreshedAt.orElse(createdAt);
    }

    /** Never prints a key. */
    @Override
    public String toString() {
        return "Session[" + id + "]";
    }
}
