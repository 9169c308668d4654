package dev.galley.auth.flow;

import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Callers.SignedIn;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whether a signed-in user may set this new password, and its hash. */
final class PasswordChange {
    private static final Duration RECENT = Duration.ofHours(24);

    private final Parts parts;

    PasswordChange(Parts parts) {
        this.parts = parts;
    }

    /** @throws dev.galley.auth.error.AuthException when something is missing: the current password, a code */
    String hash(SignedIn caller, JsonBody body, String password) throws SQLException {
        User user = caller.user();
        if (parts.settings().passwords().requireReauthentication() && !signedInRecently(caller)) {
            requireNonce(user, body);
        }
        if (user.passwordHash().isPresent()) {
            if (parts.settings().passwords().requireCurrent()) {
                requireCurrent(user, body);
            }
            if (parts.hasher().verify(password, user.passwordHash()).matches()) {
                throw AuthError.of(
                                422, ErrorCode.SAME_PASSWORD, "New password should be different from the old password.")
                        .thrown();
            }
        }
        return parts.hasher().hash(password);
    }

    private boolean signedInRecently(SignedIn caller) {
        return caller.session()
                .filter(session -> parts.now().isBefore(session.createdAt().plus(RECENT)))
                .isPresent();
    }

    private void requireNonce(User user, JsonBody body) throws SQLException {
        String nonce = body.text("nonce")
                .orElseThrow(() -> AuthError.of(
                                400, ErrorCode.REAUTHENTICATION_NEEDED, "Password update requires reauthentication")
                        .thrown());
        List<Kind> kinds = List.of(Kind.REAUTHENTICATION);
        List<Kind> alive =
                parts.transaction(connection -> parts.oneTimeTokens().countAttempt(connection, user.id(), kinds));
        boolean good = !alive.isEmpty()
                && parts.transaction(connection -> parts.oneTimeTokens()
                                .redeemCode(
                                        connection,
                                        user.id(),
                                        kinds,
                                        nonce,
                                        parts.now()
                                                .minus(parts.settings().email().otpExpiry())))
                        .isPresent();
        if (!good) {
            throw AuthError.of(422, ErrorCode.REAUTHENTICATION_NOT_VALID, "Nonce has expired or is invalid")
                    .thrown();
        }
    }

    private void requireCurrent(User user, JsonBody body) throws SQLException {
        Optional<String> current = body.text("current_password");
        if (current.isEmpty()) {
            throw AuthError.of(
                            400,
                            ErrorCode.CURRENT_PASSWORD_REQUIRED,
                            "Current password required when setting new password.")
                    .thrown();
        }
        parts.limits()
                .require(
                        "current-password",
                        user.id().toString(),
                        parts.settings().rates().guesses());
        if (!parts.hasher().verify(current.get(), user.passwordHash()).matches()) {
            throw AuthError.of(400, ErrorCode.CURRENT_PASSWORD_INVALID, "The current password is not right.")
                    .thrown();
        }
    }
}
