package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Callers.SignedIn;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code PUT /user}: a signed-in user changes address, password or metadata. A new address must be confirmed first. */
public final class UpdateUser implements Endpoint {
    private final Parts parts;
    private final PasswordChange passwordChange;

    private record Wanted(
            Optional<String> email,
            Optional<String> phone,
            Optional<String> password,
            Optional<ObjectNode> data,
            Optional<CodeChallenge> challenge,
            String redirectTo) {}

    public UpdateUser(Parts parts) {
        this.parts = parts;
        this.passwordChange = new PasswordChange(parts);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "signup",
                        request.clientAddress(),
                        parts.settings().rates().signUps());
        JsonBody body = request.json();
        SignedIn caller = parts.transaction(connection -> parts.callers().signedIn(connection, request));
        Wanted wanted = wanted(request, body, caller.user());
        requireMay(body, caller, wanted);
        Optional<String> hash = wanted.password().isPresent()
                ? Optional.of(
                        passwordChange.hash(caller, body, wanted.password().get()))
                : Optional.empty();
        if (wanted.email().isPresent() && !unconfirmed(caller.user())) {
            parts.messages()
                    .requireMailInterval(Kind.EMAIL_CHANGE_NEW, wanted.email().get());
        }
        if (wanted.phone().isPresent() && parts.settings().phone().confirm()) {
            parts.sms().requireInterval(Kind.PHONE_CHANGE, wanted.phone().get());
        }
        return Reply.ok(UserJson.of(parts.transaction(connection -> {
            // Once more, with the user locked: the session may have ended while the password was hashed.
            SignedIn now = parts.callers().signedInLocked(connection, request);
            requireMay(body, now, wanted);
            return changed(connection, request, now, now.user(), wanted, hash);
        })));
    }

    /** Only what differs from what is there. */
    private Wanted wanted(AuthRequest request, JsonBody body, User user) {
        Optional<String> password = body.text("password");
        password.ifPresent(parts.policy()::require);
        return new Wanted(
                body.text("email")
                        .map(Addresses::email)
                        .filter(email -> !user.email().equals(Optional.of(email))),
                body.text("phone")
                        .map(Addresses::phone)
                        .filter(phone -> !user.phone().equals(Optional.of(phone))),
                password,
                body.object("data"),
                CodeChallenge.of(body.text("code_challenge"), body.text("code_challenge_method")),
                parts.redirects().choose(request));
    }

    private static void requireMay(JsonBody body, SignedIn caller, Wanted wanted) {
        if (body.has("app_metadata")) {
            throw AuthError.of(403, ErrorCode.NOT_ADMIN, "Updating app_metadata requires admin privileges")
                    .thrown();
        }
        boolean secures = wanted.email().isPresent()
                || wanted.phone().isPresent()
                || wanted.password().isPresent();
        User user = caller.user();
        if (secures && user.hasVerifiedFactor() && !caller.aal2()) {
            throw AuthError.of(
                            401,
                            ErrorCode.INSUFFICIENT_AAL,
                            "AAL2 session is required to update email or password when MFA is enabled.")
                    .thrown();
        }
        if (user.anonymous()
                && wanted.password().isPresent()
                && wanted.email().isEmpty()
                && wanted.phone().isEmpty()) {
            throw AuthError.of(
                            422,
                            ErrorCode.VALIDATION_FAILED,
                            "Updating password of an anonymous user without an email or phone is not allowed")
                    .thrown();
        }
        if (user.sso() && (secures || body.text("nonce").isPresent())) {
            throw AuthError.of(
                            422,
                            ErrorCode.USER_SSO_MANAGED,
                            "Updating email, phone, password of a SSO account only possible via SSO")
                    .thrown();
        }
    }

    private User changed(
            Connection connection,
            AuthRequest request,
            SignedIn caller,
            User user,
            Wanted wanted,
            Optional<String> hash)
            throws SQLException {
        Instant now = parts.now();
        if (hash.isPresent()) {
            Users.update(connection, user.id(), now, "encrypted_password = ?", hash.get());
            if (caller.session().isPresent()) {
                Sessions.endOthers(connection, user.id(), caller.session().get().id());
            } else {
                Sessions.endAll(connection, user.id());
            }
            parts.oneTimeTokens().revokeAll(connection, user.id());
            FlowStates.endIssued(connection, user.id());
            note(connection, request, user, Audit.Action.USER_UPDATED_PASSWORD);
            if (user.email().isPresent()) {
                parts.messages()
                        .notice(
                                connection,
                                user,
                                MailType.PASSWORD_CHANGED_NOTIFICATION,
                                user.email().get(),
                                Map.of());
            }
        }
        if (wanted.data().isPresent()) {
            Users.mergeUserMetadata(connection, user.id(), now, wanted.data().get());
        }
        if (wanted.email().isPresent()) {
            changeEmail(connection, user, wanted, wanted.email().get(), now);
        }
        if (wanted.phone().isPresent()) {
            changePhone(connection, user, wanted.phone().get(), now);
        }
        note(connection, request, user, Audit.Action.USER_MODIFIED);
        return Users.byId(connection, user.id()).orElseThrow();
    }

    private void changeEmail(Connection connection, User user, Wanted wanted, String email, Instant now)
            throws SQLException {
        if (Users.byEmail(connection, email, user.audience()).isPresent()) {
            throw AuthError.of(
                            422, ErrorCode.EMAIL_EXISTS, "A user with this email address has already been registered")
                    .thrown();
        }
        if (unconfirmed(user)) {
            Users.update(
                    connection, user.id(), now, "email = ?, email_confirmed_at = ?, is_anonymous = false", email, now);
            Identities.put(
                    connection, user.id(), Identities.EMAIL, NewUsers.identity(Identities.EMAIL, email, true), now);
            Identities.refreshProviders(connection, user.id());
            return;
        }
        Users.update(connection, user.id(), now, "email_change = ?, email_change_confirm_status = 0", email);
        if (wanted.challenge().isPresent()) {
            FlowStates.begin(connection, user.id(), wanted.challenge().get(), "email", "email_change", now);
        }
        User waiting = Users.byId(connection, user.id()).orElseThrow();
        parts.messages()
                .emailChange(
                        connection,
                        waiting,
                        wanted.redirectTo(),
                        wanted.challenge().isPresent());
    }

    private void changePhone(Connection connection, User user, String phone, Instant now) throws SQLException {
        if (Users.byPhone(connection, phone, user.audience()).isPresent()) {
            throw AuthError.of(422, ErrorCode.PHONE_EXISTS, "A user with this phone number has already been registered")
                    .thrown();
        }
        if (!parts.settings().phone().confirm()) {
            Users.update(
                    connection, user.id(), now, "phone = ?, phone_confirmed_at = ?, is_anonymous = false", phone, now);
            Identities.put(
                    connection, user.id(), Identities.PHONE, NewUsers.identity(Identities.PHONE, phone, true), now);
            Identities.refreshProviders(connection, user.id());
            return;
        }
        Users.update(connection, user.id(), now, "phone_change = ?", phone);
        parts.sms().send(connection, user, Kind.PHONE_CHANGE, phone);
    }

    /** An anonymous user who gives an address where none need be confirmed: as if they signed up with it. */
    private boolean unconfirmed(User user) {
        return user.anonymous() && !parts.settings().email().confirm();
    }

    private void note(Connection connection, AuthRequest request, User user, Audit.Action action) throws SQLException {
        Audit.note(connection, action, user, StrictJson.newObject(), request.clientAddress(), parts.now());
    }
}
