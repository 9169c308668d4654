package dev.galley.auth.admin;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** The holder of the service key as the log names them, and what all their requests have in common. */
final class Administrator {
    private static final User ACTOR =
            new User(StrictJson.newObject().put("id", new UUID(0, 0).toString()).put("email", "service_role"));

    private Administrator() {}

    static void note(Connection connection, Parts parts, AuthRequest request, Audit.Action action, User about)
            throws SQLException {
        Audit.note(
                connection,
                action,
                ACTOR,
                StrictJson.newObject()
                        .put("user_id", about.id().toString())
                        .put("user_email", about.email().orElse(""))
                        .put("user_phone", about.phone().orElse("")),
                request.clientAddress(),
                parts.clock().instant());
    }

    /** The user that the path names, locked. */
    static User user(Connection connection, AuthRequest request) throws SQLException {
        UUID id;
        try {
            id = UUID.fromString(request.path("uid"));
        } catch (IllegalArgumentException e) {
            throw AuthError.of(404, ErrorCode.VALIDATION_FAILED, "user_id must be an UUID")
                    .thrown();
        }
        return Users.locked(connection, id).orElseThrow(Administrator::unknown);
    }

    static AuthException unknown() {
        return AuthError.of(404, ErrorCode.USER_NOT_FOUND, "User not found").thrown();
    }

    static AuthException emailTaken() {
        return AuthError.of(422, ErrorCode.EMAIL_EXISTS, "A user with this email address has already been registered")
                .thrown();
    }

    static AuthException phoneTaken() {
        return AuthError.of(422, ErrorCode.PHONE_EXISTS, "A user with this phone number has already been registered")
                .thrown();
    }
}
