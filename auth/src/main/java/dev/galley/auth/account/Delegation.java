package dev.galley.auth.account;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * To whom a user lends their rights: an OAuth client, for which a session is.
 *
 * @param scope what it may know, separated by spaces
 * @param resource where its tokens are to be used (RFC 8707)
 * @param authenticatedAt when the user who agreed had signed in
 */
public record Delegation(UUID client, String scope, Optional<String> resource, Optional<Instant> authenticatedAt) {

    Delegation narrowed(String less) {
        return new Delegation(client, less, resource, authenticatedAt);
    }
}
