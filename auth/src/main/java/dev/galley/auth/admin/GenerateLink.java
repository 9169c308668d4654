package dev.galley.auth.admin;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.OneTimeTokens.Issued;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.flow.Addresses;
import dev.galley.auth.flow.NewUsers;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.Unproven;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /admin/generate_link}: what a mail would hold, for an application that sends its mails itself. */
final class GenerateLink implements Endpoint {
    private final Parts parts;

    private record Wanted(
            String type, String email, Optional<String> hash, Optional<String> newEmail, ObjectNode data) {}

    /** @param verification the {@code type} that the link carries */
    private record Target(User user, Kind kind, String to, String verification) {}

    GenerateLink(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        String type = body.required("type");
        Optional<String> password = body.text("password");
        if (type.equals("signup")) {
            parts.policy()
                    .require(password.orElseThrow(() -> AuthError.invalid("Signup requires a valid password")
                            .thrown()));
        }
        Wanted wanted = new Wanted(
                type,
                Addresses.email(body.required("email")),
                type.equals("signup") ? password.map(parts.hasher()::hash) : Optional.empty(),
                body.text("new_email").map(Addresses::email),
                body.object("data").orElseGet(StrictJson::newObject));
        String redirectTo = body.text("redirect_to")
                .filter(parts.redirects()::allows)
                .orElseGet(() -> parts.redirects().choose(request));
        return Reply.ok(parts.transaction(connection -> link(connection, request, wanted, redirectTo)));
    }

    private ObjectNode link(Connection connection, AuthRequest request, Wanted wanted, String redirectTo)
            throws SQLException {
        Target target = target(connection, request, wanted);
        Issued issued = parts.oneTimeTokens()
                .issue(
                        connection,
                        target.user().id(),
                        target.kind(),
                        target.to(),
                        parts.settings().email().otpLength(),
                        false,
                        parts.clock().instant());
        ObjectNode json = UserJson.of(Users.byId(connection, target.user().id()).orElseThrow());
        json.put("action_link", parts.messages().link(target.verification(), issued, redirectTo));
        json.put("email_otp", issued.code());
        json.put("hashed_token", issued.link());
        json.put("redirect_to", redirectTo);
        json.put("verification_type", wanted.type().equals("magiclink") ? target.verification() : wanted.type());
        return json;
    }

    private Target target(Connection connection, AuthRequest request, Wanted wanted) throws SQLException {
        Optional<User> known = Users.byEmail(
                connection, wanted.email(), parts.settings().sessions().audience());
        return switch (wanted.type()) {
            case "signup" -> signUp(connection, request, wanted, known);
            case "magiclink" ->
                known.isEmpty()
                        ? signUp(connection, request, wanted, known)
                        : existing(connection, request, known, Kind.RECOVERY, wanted.email(), "magiclink");
            case "recovery" -> existing(connection, request, known, Kind.RECOVERY, wanted.email(), "recovery");
            case "invite" ->
                new Target(
                        Invite.invited(connection, parts, request, wanted.email(), wanted.data()),
                        Kind.CONFIRMATION,
                        wanted.email(),
                        "invite");
            case "email_change_current" ->
                changing(connection, request, wanted, known, Kind.EMAIL_CHANGE_CURRENT, wanted.email());
            case "email_change_new" ->
                changing(
                        connection,
                        request,
                        wanted,
                        known,
                        Kind.EMAIL_CHANGE_NEW,
                        wanted.newEmail().orElse(""));
            default ->
                throw AuthError.invalid("Invalid email action link type requested: one of signup, invite, magiclink,"
                                + " recovery, email_change_current, email_change_new")
                        .thrown();
        };
    }

    private Target signUp(Connection connection, AuthRequest request, Wanted wanted, Optional<User> known)
            throws SQLException {
        if (known.filter(User::emailConfirmed).isPresent()) {
            throw Administrator.emailTaken();
        }
        Instant now = parts.clock().instant();
        UUID id = known.map(User::id).orElseGet(NewUsers::id);
        if (known.isEmpty()) {
            NewUsers.insert(
                    connection,
                    parts,
                    NewUsers.draft(parts, id, Identities.EMAIL, wanted.email(), wanted.hash(), wanted.data()));
            Identities.put(
                    connection, id, Identities.EMAIL, NewUsers.identity(Identities.EMAIL, wanted.email(), false), now);
        } else {
            Unproven.clear(connection, parts.oneTimeTokens(), known.get(), now);
            if (wanted.hash().isPresent()) {
                Users.update(
                        connection,
                        id,
                        now,
                        "encrypted_password = ?",
                        wanted.hash().get());
            }
            Users.mergeUserMetadata(connection, id, now, wanted.data());
        }
        User user = Users.byId(connection, id).orElseThrow();
        Administrator.note(connection, parts, request, Audit.Action.USER_CONFIRMATION_REQUESTED, user);
        return new Target(user, Kind.CONFIRMATION, wanted.email(), "signup");
    }

    private Target existing(
            Connection connection, AuthRequest request, Optional<User> known, Kind kind, String to, String verification)
            throws SQLException {
        User user = known.orElseThrow(Administrator::unknown);
        Administrator.note(connection, parts, request, Audit.Action.USER_RECOVERY_REQUESTED, user);
        return new Target(user, kind, to, verification);
    }

    private Target changing(
            Connection connection, AuthRequest request, Wanted wanted, Optional<User> known, Kind kind, String to)
            throws SQLException {
        User user = known.orElseThrow(Administrator::unknown);
        String email = wanted.newEmail()
                .orElseThrow(() -> AuthError.invalid("new_email is required").thrown());
        if (Users.byEmail(connection, email, user.audience()).isPresent()) {
            throw Administrator.emailTaken();
        }
        // The two halves are asked for one after the other: the second must not undo what the first has begun.
        if (!user.newEmail().equals(Optional.of(email))) {
            Users.update(
                    connection,
                    user.id(),
                    parts.clock().instant(),
                    "email_change = ?, email_change_confirm_status = 0",
                    email);
        }
        Administrator.note(connection, parts, request, Audit.Action.USER_MODIFIED, user);
        return new Target(user, kind, to, "email_change");
    }
}
