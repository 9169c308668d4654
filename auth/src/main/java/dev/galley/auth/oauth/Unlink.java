package dev.galley.auth.oauth;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Callers.SignedIn;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code DELETE /user/identities/:identity_id}: a way to sign in that its user no longer wants; the last one stays. */
final class Unlink implements Endpoint {
    private final Parts parts;

    Unlink(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        if (!parts.settings().manualLinking()) {
            throw AuthError.of(404, ErrorCode.MANUAL_LINKING_DISABLED, "Manual linking is disabled")
                    .thrown();
        }
        UUID id;
        try {
            id = UUID.fromString(request.path("identity_id"));
        } catch (IllegalArgumentException e) {
            throw AuthError.of(404, ErrorCode.VALIDATION_FAILED, "identity_id must be an UUID")
                    .thrown();
        }
        return parts.transaction(connection -> {
            SignedIn caller = parts.callers().signedIn(connection, request);
            // Locked first: two at once must not take the last two away.
            User user = Users.locked(connection, caller.user().id()).orElseThrow();
            new SignedIn(user, caller.session(), caller.claims()).requireStepUp();
            unlink(connection, request, user, id);
            return Reply.done();
        });
    }

    private void unlink(Connection connection, AuthRequest request, User user, UUID id) throws SQLException {
        if (user.identities().size() <= 1) {
            throw AuthError.of(
                            422,
                            ErrorCode.SINGLE_IDENTITY_NOT_DELETABLE,
                            "User must have at least 1 identity after unlinking")
                    .thrown();
        }
        ObjectNode identity = user.identities().stream()
                .filter(each -> each.path("id").asString("").equals(id.toString()))
                .findFirst()
                .orElseThrow(() -> AuthError.of(422, ErrorCode.IDENTITY_NOT_FOUND, "Identity doesn't exist")
                        .thrown());
        Sql.of("delete from auth.identities where id = ? and user_id = ?", id, user.id())
                .update(connection);
        String provider = identity.path("provider").asString("");
        if (provider.equals(Identities.PHONE)) {
            Users.update(
                    connection, user.id(), parts.now(), "phone = null, phone_confirmed_at = null, phone_change = ''");
        } else {
            followEmail(connection, user, id);
        }
        parts.oneTimeTokens().revokeAll(connection, user.id());
        Identities.refreshProviders(connection, user.id());
        Audit.note(
                connection,
                Audit.Action.IDENTITY_UNLINKED,
                user,
                StrictJson.newObject().put("identity_id", id.toString()).put("provider", provider),
                request.clientAddress(),
                parts.now());
        if (user.email().isPresent() && user.emailConfirmed()) {
            parts.messages()
                    .notice(
                            connection,
                            user,
                            MailType.IDENTITY_UNLINKED_NOTIFICATION,
                            user.email().get(),
                            Map.of("Provider", provider));
        }
    }

    /** The address of the account is one that an identity still has, and that its provider vouches for. */
    private void followEmail(Connection connection, User user, UUID removed) throws SQLException {
        List<ObjectNode> left = user.identities().stream()
                .filter(each -> !each.path("id").asString("").equals(removed.toString()))
                .toList();
        boolean held = left.stream()
                .anyMatch(each -> user.email()
                        .filter(each.path("email").asString("")::equalsIgnoreCase)
                        .isPresent());
        if (held || user.email().isEmpty()) {
            return;
        }
        Optional<String> next = left.stream()
                .filter(each ->
                        each.path("identity_data").path("email_verified").asBoolean(false))
                .map(each -> each.path("email").asString(""))
                .filter(email -> !email.isEmpty())
                .findFirst();
        if (next.isPresent()
                && Users.byEmail(connection, next.get(), user.audience()).isPresent()) {
            throw AuthError.of(
                            422,
                            ErrorCode.EMAIL_CONFLICT_IDENTITY_NOT_DELETABLE,
                            "Unable to unlink identity due to email conflict")
                    .thrown();
        }
        Users.update(
                connection,
                user.id(),
                parts.now(),
                next.isPresent()
                        ? "email = ?, email_change = ''"
                        : "email = ?, email_change = '', email_confirmed_at = null, encrypted_password = ''",
                next);
    }
}
