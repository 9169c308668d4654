package dev.galley.auth.mfa;

import dev.galley.auth.account.Factor;
import dev.galley.auth.account.Factors;
import dev.galley.auth.account.Session;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Callers.SignedIn;
import dev.galley.auth.flow.Parts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Whose factors a request is about: a lasting user with a session, both looked up in the transaction. */
record Holder(User user, Session session) {

    /** @throws dev.galley.auth.error.AuthException when nobody is signed in, or nobody in particular */
    static Holder of(Parts parts, Connection connection, AuthRequest request) throws SQLException {
        SignedIn caller = parts.callers().signedIn(connection, request);
        if (caller.user().anonymous()) {
            throw AuthError.of(403, ErrorCode.NO_AUTHORIZATION, "Anonymous user not allowed to perform these actions")
                    .thrown();
        }
        return new Holder(caller.user(), caller.requireSession());
    }

    /** The same, and nobody else can change the user or the user's factors until the transaction ends. */
    static Holder locked(Parts parts, Connection connection, AuthRequest request) throws SQLException {
        Users.locked(connection, of(parts, connection, request).user().id());
        return of(parts, connection, request);
    }

    /** The factor in the request's path. */
    Factor factor(Connection connection, AuthRequest request) throws SQLException {
        return Factors.byId(connection, user.id(), uuid(request.path("factor_id"), 404, "factor_id"))
                .orElseThrow(() -> AuthError.of(404, ErrorCode.MFA_FACTOR_NOT_FOUND, "Factor not found")
                        .thrown());
    }

    /** Who has a second factor must have shown it before anything about factors changes. */
    void requireStepUp(int status, String message) {
        if (user.hasVerifiedFactor() && !session.aal2()) {
            throw AuthError.of(status, ErrorCode.INSUFFICIENT_AAL, message).thrown();
        }
    }

    static UUID uuid(String text, int status, String name) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw AuthError.of(status, ErrorCode.VALIDATION_FAILED, name + " must be an UUID")
                    .thrown();
        }
    }
}
