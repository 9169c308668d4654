package dev.galley.auth.passkey;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Passkeys;
import dev.galley.auth.account.Passkeys.Passkey;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** {@code /passkeys}: what users see and do of their own. */
final class OwnPasskeys {
    private static final int MAX_NAME = 120;

    private final Parts parts;

    OwnPasskeys(Parts parts) {
        this.parts = parts;
    }

    Reply list(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Owner owner = Owner.of(parts, connection, request);
            return Reply.ok(
                    PasskeyJson.list(Passkeys.of(connection, owner.user().id())));
        });
    }

    Reply rename(AuthRequest request) throws SQLException {
        String name = request.json().required("friendly_name");
        if (name.length() > MAX_NAME) {
            throw AuthError.invalid("friendly_name must be " + MAX_NAME + " characters or less")
                    .thrown();
        }
        return parts.transaction(connection -> {
            Owner owner = Owner.locked(parts, connection, request);
            Passkey passkey = passkey(connection, owner.user().id(), request);
            Passkeys.rename(connection, passkey.id(), name, parts.now());
            owner.note(parts, connection, request, Audit.Action.PASSKEY_UPDATED, passkey.id());
            return Reply.ok(PasskeyJson.item(passkey(connection, owner.user().id(), request)));
        });
    }

    Reply remove(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Owner owner = Owner.locked(parts, connection, request).requireStepUp();
            Passkey passkey = passkey(connection, owner.user().id(), request);
            Passkeys.delete(connection, passkey.id());
            owner.note(parts, connection, request, Audit.Action.PASSKEY_DELETED, passkey.id());
            return Reply.noContent();
        });
    }

    /** The passkey in the request's path, of this user. */
    static Passkey passkey(Connection connection, UUID user, AuthRequest request) throws SQLException {
        UUID id;
        try {
            id = UUID.fromString(request.path("passkey_id"));
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
        return Passkeys.byId(connection, user, id).orElseThrow(OwnPasskeys::unknown);
    }

    private static AuthException unknown() {
        return AuthError.of(404, ErrorCode.VALIDATION_FAILED, "Passkey not found")
                .thrown();
    }
}
