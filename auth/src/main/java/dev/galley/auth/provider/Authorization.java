package dev.galley.auth.provider;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A client's request to act for a user, from the question to the redeemed code.
 *
 * @param publicId by which the page of consent names it
 * @param user who was asked; empty until somebody has opened the page
 * @param expiresAt of the question, then of the code
 * @param askAlways whether an earlier consent does not count
 * @param redeemed whether the code has been used
 * @param session that the code began
 */
record Authorization(
        UUID id,
        String publicId,
        UUID client,
        Optional<UUID> user,
        String redirectUri,
        Scopes scopes,
        Optional<String> state,
        Optional<String> resource,
        Optional<String> challenge,
        Optional<String> nonce,
        Status status,
        Instant expiresAt,
        Optional<Instant> authenticatedAt,
        boolean askAlways,
        boolean redeemed,
        Optional<UUID> session) {

    /** What became of the question. */
    enum Status {
        PENDING,
        APPROVED,
        DENIED,
        EXPIRED
    }

    boolean expiredAt(Instant now) {
        return !now.isBefore(expiresAt);
    }
}
