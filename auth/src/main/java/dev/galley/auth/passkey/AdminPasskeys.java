package dev.galley.auth.passkey;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Passkeys;
import dev.galley.auth.account.Passkeys.Passkey;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** {@code /admin/users/{id}/passkeys}: what an administrator sees and does of a user's passkeys. */
final class AdminPasskeys {
    private static final User ACTOR =
            new User(StrictJson.newObject().put("id", new UUID(0, 0).toString()).put("email", "service_role"));

    private final Parts parts;

    AdminPasskeys(Parts parts) {
        this.parts = parts;
    }

    Reply list(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> Reply.ok(PasskeyJson.list(
                Passkeys.of(connection, user(connection, request).id()))));
    }

    Reply remove(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            User user = user(connection, request);
            Passkey passkey = OwnPasskeys.passkey(connection, user.id(), request);
            Passkeys.delete(connection, passkey.id());
            Audit.note(
                    connection,
                    Audit.Action.PASSKEY_DELETED,
                    ACTOR,
                    StrictJson.newObject()
                            .put("user_id", user.id().toString())
                            .put("passkey_id", passkey.id().toString()),
                    request.clientAddress(),
                    parts.now());
            return Reply.noContent();
        });
    }

    private static User user(Connection connection, AuthRequest request) throws SQLException {
        UUID id;
        try {
            id = UUID.fromString(request.path("user_id"));
        } catch (IllegalArgumentException e) {
            throw AuthError.of(404, ErrorCode.VALIDATION_FAILED, "user_id must be an UUID")
                    .thrown();
        }
        return Users.locked(connection, id)
                .orElseThrow(() -> AuthError.of(404, ErrorCode.USER_NOT_FOUND, "User not found")
                        .thrown());
    }
}
