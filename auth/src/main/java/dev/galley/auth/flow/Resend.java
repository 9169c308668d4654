package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** {@code POST /resend}: the last message once more, with new secrets. The answer is the same for everybody. */
public final class Resend implements Endpoint {
    private final Parts parts;

    private record Wanted(String type, String address, Optional<CodeChallenge> challenge, String redirectTo) {}

    public Resend(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        String type = body.text("type")
                .orElseThrow(
                        () -> AuthError.invalid("Missing one of these types: signup, email_change, sms, phone_change")
                                .thrown());
        boolean byEmail = switch (type) {
            case "signup", "email_change" -> true;
            case "sms", "phone_change" -> false;
            default ->
                throw AuthError.invalid("Missing one of these types: signup, email_change, sms, phone_change")
                        .thrown();
        };
        Wanted wanted = new Wanted(
                type,
                byEmail ? Addresses.email(body.required("email")) : Addresses.phone(body.required("phone")),
                CodeChallenge.of(body.text("code_challenge"), body.text("code_challenge_method")),
                parts.redirects().choose(request));
        parts.limits()
                .require(
                        "signup",
                        request.clientAddress(),
                        parts.settings().rates().signUps());
        Kind kind = kind(type);
        if (byEmail) {
            parts.messages().requireMailInterval(kind, wanted.address());
        } else {
            parts.sms().requireInterval(kind, wanted.address());
        }
        parts.transaction(connection -> resend(connection, request, wanted));
        return Reply.done();
    }

    private static Kind kind(String type) {
        return switch (type) {
            case "email_change" -> Kind.EMAIL_CHANGE_NEW;
            case "phone_change" -> Kind.PHONE_CHANGE;
            default -> Kind.CONFIRMATION;
        };
    }

    private Optional<User> resend(Connection connection, AuthRequest request, Wanted wanted) throws SQLException {
        String audience = parts.settings().sessions().audience();
        boolean byEmail = wanted.type().equals("signup") || wanted.type().equals("email_change");
        Optional<User> user = byEmail
                ? Users.byEmail(connection, wanted.address(), audience)
                : Users.byPhone(connection, wanted.address(), audience);
        if (user.isEmpty()) {
            return user;
        }
        switch (wanted.type()) {
            case "signup" -> {
                if (!user.get().emailConfirmed()) {
                    begin(connection, user.get(), wanted, "email/signup");
                    note(connection, request, user.get(), Audit.Action.USER_CONFIRMATION_REQUESTED);
                    parts.messages()
                            .mail(
                                    connection,
                                    user.get(),
                                    new Messages.Mail(
                                            MailType.CONFIRMATION,
                                            Kind.CONFIRMATION,
                                            "signup",
                                            wanted.address(),
                                            wanted.redirectTo(),
                                            wanted.challenge().isPresent()));
                }
            }
            case "email_change" -> {
                if (user.get().newEmail().isPresent()) {
                    begin(connection, user.get(), wanted, "email_change");
                    parts.messages()
                            .emailChange(
                                    connection,
                                    user.get(),
                                    wanted.redirectTo(),
                                    wanted.challenge().isPresent());
                }
            }
            case "sms" -> {
                if (!user.get().phoneConfirmed()) {
                    note(connection, request, user.get(), Audit.Action.USER_RECOVERY_REQUESTED);
                    parts.sms().send(connection, user.get(), Kind.CONFIRMATION, wanted.address());
                }
            }
            default -> {
                if (user.get().newPhone().isPresent()) {
                    parts.sms()
                            .send(
                                    connection,
                                    user.get(),
                                    Kind.PHONE_CHANGE,
                                    user.get().newPhone().get());
                }
            }
        }
        return user;
    }

    private void note(Connection connection, AuthRequest request, User user, Audit.Action action) throws SQLException {
        Audit.note(connection, action, user, StrictJson.newObject(), request.clientAddress(), parts.now());
    }

    private void begin(Connection connection, User user, Wanted wanted, String method) throws SQLException {
        if (wanted.challenge().isPresent()) {
            FlowStates.begin(connection, user.id(), wanted.challenge().get(), "email", method, parts.now());
        }
    }
}
