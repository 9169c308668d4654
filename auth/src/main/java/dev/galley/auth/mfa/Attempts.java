package dev.galley.auth.mfa;

import dev.galley.auth.account.Sessions;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.hook.Hooks;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** Has the project's hook judge an attempt at a second factor. One that it rejects ends all sessions of the user. */
record Attempts(Parts parts) {

    /** @throws dev.galley.auth.error.AuthException when it is rejected */
    void require(UUID user, UUID factor, String type, boolean valid) throws SQLException {
        Optional<Hooks.Rejection> rejection = parts.hooks().factorAttempt(user, factor, type, valid);
        if (rejection.isPresent()) {
            parts.transaction(connection -> {
                Sessions.endAll(connection, user);
                return user;
            });
            throw AuthError.of(
                            403,
                            ErrorCode.MFA_VERIFICATION_REJECTED,
                            rejection.get().message())
                    .thrown();
        }
    }
}
