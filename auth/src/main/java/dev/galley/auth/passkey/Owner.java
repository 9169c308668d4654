package dev.galley.auth.passkey;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Session;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Callers.SignedIn;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Whose passkeys a request is about: a user with a session, both looked up in the transaction. */
record Owner(User user, Session session) {

    /** @throws dev.galley.auth.error.AuthException when nobody is signed in */
    static Owner of(Parts parts, Connection connection, AuthRequest request) throws SQLException {
        SignedIn caller = parts.callers().signedIn(connection, request);
        return new Owner(caller.user(), caller.requireSession());
    }

    /** The same, and nobody else can change the user until the transaction ends. */
    static Owner locked(Parts parts, Connection connection, AuthRequest request) throws SQLException {
        Users.locked(connection, of(parts, connection, request).user().id());
        return of(parts, connection, request);
    }

    /** Another way to sign in is for lasting users whom no organisation looks after. */
    Owner requireRegistration() {
        if (user.anonymous()) {
            throw AuthError.of(403, ErrorCode.NO_AUTHORIZATION, "Anonymous user not allowed to perform these actions")
                    .thrown();
        }
        if (user.sso()) {
            throw AuthError.of(422, ErrorCode.VALIDATION_FAILED, "SSO users cannot register passkeys")
                    .thrown();
        }
        return requireStepUp();
    }

    /** Who has a second factor must have shown it. */
    Owner requireStepUp() {
        if (user.hasVerifiedFactor() && !session.aal2()) {
            throw AuthError.of(
                            403,
                            ErrorCode.INSUFFICIENT_AAL,
                            "AAL2 session is required to manage passkeys when MFA is enabled")
                    .thrown();
        }
        return this;
    }

    void note(Parts parts, Connection connection, AuthRequest request, Audit.Action action, UUID passkey)
            throws SQLException {
        Audit.note(
                connection,
                action,
                user,
                StrictJson.newObject()
                        .put("passkey_id", passkey.toString())
                        .put("session_id", session.id().toString()),
                request.clientAddress(),
                parts.now());
    }
}
