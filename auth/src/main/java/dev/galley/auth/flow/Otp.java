package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /otp} and {@code POST /magiclink}: signs in by a code or link that is sent; makes the user when asked to. */
public final class Otp implements Endpoint {
    private final Parts parts;

    private record Wanted(
            String address, ObjectNode data, boolean create, Optional<CodeChallenge> challenge, String redirectTo) {}

    public Otp(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        boolean byEmail = body.text("email").isPresent();
        if (byEmail == body.text("phone").isPresent()) {
            throw AuthError.invalid("Only an email address or phone number should be provided")
                    .thrown();
        }
        parts.limits()
                .require(
                        "signup",
                        request.clientAddress(),
                        parts.settings().rates().signUps());
        Wanted wanted = new Wanted(
                byEmail ? Addresses.email(body.required("email")) : Addresses.phone(body.required("phone")),
                body.object("data").orElseGet(StrictJson::newObject),
                body.flag("create_user", true),
                CodeChallenge.of(body.text("code_challenge"), body.text("code_challenge_method")),
                parts.redirects().choose(request));
        if (byEmail) {
            byEmail(request, wanted);
        } else {
            byPhone(request, wanted);
        }
        return Reply.done();
    }

    private void byEmail(AuthRequest request, Wanted wanted) throws SQLException {
        if (!parts.settings().email().enabled()) {
            throw AuthError.of(422, ErrorCode.EMAIL_PROVIDER_DISABLED, "Email logins are disabled")
                    .thrown();
        }
        parts.messages().requireMailInterval(Kind.RECOVERY, wanted.address());
        again(connection -> {
            Instant now = parts.now();
            Optional<User> known = Users.byEmail(
                    connection, wanted.address(), parts.settings().sessions().audience());
            User user = known.isPresent() ? known.get() : made(connection, request, wanted, Identities.EMAIL);
            boolean first = known.isEmpty() && parts.settings().email().confirm();
            String verification = first ? "signup" : "magiclink";
            if (wanted.challenge().isPresent()) {
                FlowStates.begin(
                        connection,
                        user.id(),
                        wanted.challenge().get(),
                        Identities.EMAIL,
                        first ? "email/signup" : "magiclink",
                        now);
            }
            Audit.note(
                    connection,
                    first ? Audit.Action.USER_CONFIRMATION_REQUESTED : Audit.Action.USER_RECOVERY_REQUESTED,
                    user,
                    StrictJson.newObject(),
                    request.clientAddress(),
                    now);
            parts.messages()
                    .mail(
                            connection,
                            user,
                            new Messages.Mail(
                                    first ? MailType.CONFIRMATION : MailType.MAGIC_LINK,
                                    first ? Kind.CONFIRMATION : Kind.RECOVERY,
                                    verification,
                                    wanted.address(),
                                    wanted.redirectTo(),
                                    wanted.challenge().isPresent()));
            return user;
        });
    }

    private void byPhone(AuthRequest request, Wanted wanted) throws SQLException {
        if (!parts.settings().phone().enabled()) {
            throw AuthError.of(422, ErrorCode.PHONE_PROVIDER_DISABLED, "Phone logins are disabled")
                    .thrown();
        }
        parts.sms().requireInterval(Kind.CONFIRMATION, wanted.address());
        again(connection -> {
            Optional<User> known = Users.byPhone(
                    connection, wanted.address(), parts.settings().sessions().audience());
            User user = known.isPresent() ? known.get() : made(connection, request, wanted, Identities.PHONE);
            Audit.note(
                    connection,
                    Audit.Action.USER_RECOVERY_REQUESTED,
                    user,
                    StrictJson.newObject().put("channel", "sms"),
                    request.clientAddress(),
                    parts.now());
            parts.sms().send(connection, user, Kind.CONFIRMATION, wanted.address());
            return user;
        });
    }

    private User made(Connection connection, AuthRequest request, Wanted wanted, String provider) throws SQLException {
        boolean byEmail = provider.equals(Identities.EMAIL);
        var channel = byEmail ? parts.settings().email() : parts.settings().phone();
        if (!wanted.create() || !parts.settings().signupEnabled() || !channel.signup()) {
            throw AuthError.of(422, ErrorCode.OTP_DISABLED, "Signups not allowed for otp")
                    .thrown();
        }
        Instant now = parts.now();
        UUID id = NewUsers.id();
        NewUsers.insert(
                connection,
                parts,
                NewUsers.draft(parts, id, provider, wanted.address(), Optional.empty(), wanted.data()));
        Identities.put(connection, id, provider, NewUsers.identity(provider, wanted.address(), false), now);
        User user = Users.byId(connection, id).orElseThrow();
        Audit.note(
                connection,
                Audit.Action.USER_SIGNEDUP,
                user,
                StrictJson.newObject().put("provider", provider),
                request.clientAddress(),
                now);
        return user;
    }

    /** Two requests for one new address: the second finds what the first has made. */
    private void again(dev.galley.postgres.PlatformDatabase.Work<User> work) throws SQLException {
        try {
            parts.transaction(work);
        } catch (SQLException e) {
            if (!SqlStates.duplicate(e)) {
                throw e;
            }
            parts.transaction(work);
        }
    }
}
