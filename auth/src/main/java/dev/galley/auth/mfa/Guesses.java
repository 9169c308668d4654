package dev.galley.auth.mfa;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Counts attempts at a user's factor, whoever makes them and however they come. */
record Guesses(Parts parts) {
    private static final String WHAT = "factor-guess";

    /** To be called before the code is looked at. */
    void count(UUID user, UUID factor) throws SQLException {
        Optional<Duration> wait = parts.limits()
                .take(WHAT, user + "/" + factor, parts.settings().mfa().guesses());
        if (wait.isPresent()) {
            throw AuthError.tooOften(
                            ErrorCode.OVER_REQUEST_RATE_LIMIT, "Too many attempts to verify this factor", wait.get())
                    .thrown();
        }
    }

    void forget(UUID user, UUID factor) throws SQLException {
        parts.limits().clear(WHAT, user + "/" + factor);
    }
}
