package dev.galley.auth.passkey;

import dev.galley.auth.account.PasskeyChallenges.PasskeyChallenge;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** The answer to a challenge, as a client sends it, and why one is refused: the same whatever is wrong with it. */
record Answer(UUID challenge, ObjectNode credential) {

    static Answer of(JsonBody body) {
        String challenge = body.required("challenge_id");
        ObjectNode credential = body.object("credential")
                .orElseThrow(() -> AuthError.invalid("credential is required").thrown());
        try {
            return new Answer(UUID.fromString(challenge), credential);
        } catch (IllegalArgumentException e) {
            throw AuthError.invalid("challenge_id must be a valid UUID").thrown();
        }
    }

    static AuthException noChallenge() {
        return AuthError.of(400, ErrorCode.WEBAUTHN_CHALLENGE_NOT_FOUND, "Challenge not found or already used")
                .thrown();
    }

    static void requireInTime(PasskeyChallenge challenge, Instant now) {
        if (!now.isBefore(challenge.expiresAt())) {
            throw AuthError.of(400, ErrorCode.WEBAUTHN_CHALLENGE_EXPIRED, "Challenge has expired")
                    .thrown();
        }
    }

    static AuthException refused() {
        return AuthError.of(400, ErrorCode.WEBAUTHN_VERIFICATION_FAILED, "Credential verification failed")
                .thrown();
    }
}
