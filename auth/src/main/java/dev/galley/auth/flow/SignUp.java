package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.config.AuthSettings.Channel;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.mail.MailType;
import dev.galley.auth.token.Tokens;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /signup}: a new user by e-mail or phone with a password. Without an address it is an anonymous user.
 *
 * <p>Whether an address is taken is not told: where it must be confirmed, a repeated sign-up looks like a first one.
 */
public final class SignUp implements Endpoint {
    private static final int ATTEMPTS = 3;

    private final Parts parts;
    private final Anonymous anonymous;

    /** @param address in its stored form */
    private record Wanted(
            String provider,
            String address,
            String password,
            ObjectNode data,
            Optional<CodeChallenge> challenge,
            String redirectTo) {
        boolean byEmail() {
            return provider.equals(Identities.EMAIL);
        }
    }

    /**
     * @param hash a new one
     * @param seen the one that was there, of a sign-up that is pending
     * @param same whether it is of the same password
     */
    private record Prepared(Optional<String> hash, Optional<String> seen, boolean same) {}

    private record Made(User user, boolean known, Optional<Tokens> tokens) {}

    public SignUp(Parts parts) {
        this.parts = parts;
        this.anonymous = new Anonymous(parts);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        if (body.text("email").isEmpty() && body.text("phone").isEmpty()) {
            return anonymous.answer(request);
        }
        parts.limits()
                .require(
                        "signup",
                        request.clientAddress(),
                        parts.settings().rates().signUps());
        Wanted wanted = wanted(request, body);
        boolean confirm = channel(wanted).confirm();
        if (confirm) {
            requireInterval(wanted);
        }
        Made made = signedUp(request, wanted);
        if (made.known()) {
            return repeated(request, wanted, made.user(), confirm);
        }
        return Reply.ok(made.tokens().map(Tokens::json).orElseGet(() -> shown(made.user())));
    }

    /** One hash whoever there is, so that time does not tell; outside of the transaction, as it takes long. */
    private Prepared prepared(Wanted wanted) throws SQLException {
        Optional<String> pending = parts.transaction(connection -> find(connection, wanted))
                .filter(user -> channel(wanted).confirm() && !confirmed(user, wanted) && pending(user, wanted))
                .flatMap(User::passwordHash);
        if (pending.isEmpty()) {
            return new Prepared(Optional.of(parts.hasher().hash(wanted.password())), pending, false);
        }
        boolean same = parts.hasher().verify(wanted.password(), pending).matches();
        return new Prepared(Optional.empty(), pending, same);
    }

    private boolean pending(User user, Wanted wanted) {
        return Unproven.pending(user, channel(wanted).otpExpiry(), parts.now());
    }

    private static boolean confirmed(User user, Wanted wanted) {
        return wanted.byEmail() ? user.emailConfirmed() : user.phoneConfirmed();
    }

    private Wanted wanted(AuthRequest request, JsonBody body) {
        if (!parts.settings().signupEnabled()) {
            throw AuthError.of(422, ErrorCode.SIGNUP_DISABLED, "Signups not allowed for this instance")
                    .thrown();
        }
        if (body.text("email").isPresent() && body.text("phone").isPresent()) {
            throw AuthError.invalid("Only an email address or phone number should be provided on signup.")
                    .thrown();
        }
        String password = body.text("password")
                .orElseThrow(() ->
                        AuthError.invalid("Signup requires a valid password").thrown());
        boolean byEmail = body.text("email").isPresent();
        var channel = byEmail ? parts.settings().email() : parts.settings().phone();
        if (!channel.enabled() || !channel.signup()) {
            throw byEmail
                    ? AuthError.of(400, ErrorCode.EMAIL_PROVIDER_DISABLED, "Email signups are disabled")
                            .thrown()
                    : AuthError.of(400, ErrorCode.PHONE_PROVIDER_DISABLED, "Phone signups are disabled")
                            .thrown();
        }
        String address = byEmail ? Addresses.email(body.required("email")) : Addresses.phone(body.required("phone"));
        parts.policy().require(password);
        return new Wanted(
                byEmail ? Identities.EMAIL : Identities.PHONE,
                address,
                password,
                body.object("data").orElseGet(StrictJson::newObject),
                CodeChallenge.of(body.text("code_challenge"), body.text("code_challenge_method")),
                parts.redirects().choose(request));
    }

    private void requireInterval(Wanted wanted) throws SQLException {
        if (wanted.byEmail()) {
            parts.messages().requireMailInterval(Kind.CONFIRMATION, wanted.address());
        } else {
            parts.sms().requireInterval(Kind.CONFIRMATION, wanted.address());
        }
    }

    /** Once more when somebody else has just signed up with the address: twice the same click keeps its password. */
    private Made signedUp(AuthRequest request, Wanted wanted) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Prepared prepared = prepared(wanted);
            boolean last = attempt == ATTEMPTS;
            try {
                Optional<Made> made =
                        parts.transaction(connection -> made(connection, request, wanted, prepared, last));
                if (made.isPresent()) {
                    return made.get();
                }
            } catch (SQLException e) {
                if (last || !SqlStates.duplicate(e)) {
                    throw e;
                }
            }
        }
    }

    /** @return nothing when the sign-up that is pending is another one than was looked at */
    private Optional<Made> made(
            Connection connection, AuthRequest request, Wanted wanted, Prepared prepared, boolean last)
            throws SQLException {
        Instant now = parts.now();
        boolean confirm = channel(wanted).confirm();
        Optional<User> found = find(connection, wanted);
        Optional<User> known =
                found.isPresent() ? Users.locked(connection, found.get().id()) : Optional.empty();
        if (known.isPresent() && (confirmed(known.get(), wanted) || (!confirm && prepared(known.get())))) {
            return Optional.of(new Made(known.get(), true, Optional.empty()));
        }
        boolean changed = known.filter(user -> confirm && pending(user, wanted))
                .flatMap(User::passwordHash)
                .filter(hash -> !prepared.seen().equals(Optional.of(hash)))
                .isPresent();
        if (changed && !last) {
            return Optional.empty();
        }
        UUID id = known.map(User::id).orElseGet(NewUsers::id);
        if (known.isPresent()) {
            again(connection, wanted, known.get(), prepared, now);
        } else {
            NewUsers.insert(
                    connection,
                    parts,
                    NewUsers.draft(parts, id, wanted.provider(), wanted.address(), prepared.hash(), wanted.data()));
        }
        Identities.put(
                connection, id, wanted.provider(), NewUsers.identity(wanted.provider(), wanted.address(), false), now);
        User user = Users.locked(connection, id).orElseThrow();
        if (!confirm) {
            return Optional.of(new Made(user, false, Optional.of(confirmed(connection, request, wanted, user))));
        }
        requestConfirmation(connection, request, wanted, user, now);
        return Optional.of(new Made(Users.byId(connection, id).orElseThrow(), false, Optional.empty()));
    }

    /**
     * Nobody has shown that the address is theirs: what an earlier sign-up said must not be kept for a later one. While a
     * message to its owner can still be used, a later one sets no other password either: the owner would confirm it.
     */
    private void again(Connection connection, Wanted wanted, User known, Prepared prepared, Instant now)
            throws SQLException {
        boolean contested = channel(wanted).confirm() && pending(known, wanted);
        boolean same = prepared.same() && prepared.seen().equals(known.passwordHash());
        Unproven.clear(connection, parts.oneTimeTokens(), known, now);
        Optional<String> hash = same ? prepared.seen() : contested ? Optional.empty() : prepared.hash();
        Users.update(
                connection,
                known.id(),
                now,
                "encrypted_password = ?, raw_user_meta_data = ?::jsonb",
                hash.orElse(""),
                StrictJson.write(wanted.data()));
    }

    /** By an administrator, for somebody who is not there yet. */
    private static boolean prepared(User user) {
        return user.invited()
                || !Set.of("provider", "providers")
                        .containsAll(user.appMetadata().propertyNames());
    }

    private void requestConfirmation(Connection connection, AuthRequest request, Wanted wanted, User user, Instant now)
            throws SQLException {
        Audit.note(
                connection,
                Audit.Action.USER_CONFIRMATION_REQUESTED,
                user,
                traits(wanted),
                request.clientAddress(),
                now);
        if (!wanted.byEmail()) {
            parts.sms().send(connection, user, Kind.CONFIRMATION, wanted.address());
            return;
        }
        if (wanted.challenge().isPresent()) {
            FlowStates.begin(connection, user.id(), wanted.challenge().get(), Identities.EMAIL, "email/signup", now);
        }
        parts.messages()
                .mail(
                        connection,
                        user,
                        new Messages.Mail(
                                MailType.CONFIRMATION,
                                Kind.CONFIRMATION,
                                "signup",
                                wanted.address(),
                                wanted.redirectTo(),
                                wanted.challenge().isPresent()));
    }

    private Tokens confirmed(Connection connection, AuthRequest request, Wanted wanted, User user) throws SQLException {
        Instant now = parts.now();
        Users.update(
                connection,
                user.id(),
                now,
                wanted.byEmail() ? "email_confirmed_at = ?" : "phone_confirmed_at = ?",
                now);
        Identities.put(
                connection,
                user.id(),
                wanted.provider(),
                NewUsers.identity(wanted.provider(), wanted.address(), true),
                now);
        Audit.note(connection, Audit.Action.USER_SIGNEDUP, user, traits(wanted), request.clientAddress(), now);
        Audit.note(connection, Audit.Action.LOGIN, user, traits(wanted), request.clientAddress(), now);
        return parts.signIns().begin(connection, user.id(), "password", Parts.client(request));
    }

    private Reply repeated(AuthRequest request, Wanted wanted, User user, boolean confirm) throws SQLException {
        parts.transaction(connection -> {
            Audit.note(
                    connection,
                    Audit.Action.USER_REPEATED_SIGNUP,
                    user,
                    traits(wanted),
                    request.clientAddress(),
                    parts.now());
            return user;
        });
        if (!confirm) {
            throw AuthError.of(422, ErrorCode.USER_ALREADY_EXISTS, "User already registered")
                    .thrown();
        }
        return Reply.ok(NewUsers.pretended(parts, wanted.provider(), wanted.address(), wanted.data()));
    }

    private static ObjectNode shown(User user) {
        ObjectNode json = UserJson.of(user);
        if (user.invited()) {
            // What an administrator noted about somebody who has not answered yet.
            json.putObject("user_metadata");
            json.putArray("identities");
        }
        return json;
    }

    private Optional<User> find(Connection connection, Wanted wanted) throws SQLException {
        String audience = parts.settings().sessions().audience();
        return wanted.byEmail()
                ? Users.byEmail(connection, wanted.address(), audience)
                : Users.byPhone(connection, wanted.address(), audience);
    }

    private Channel channel(Wanted wanted) {
        return wanted.byEmail() ? parts.settings().email() : parts.settings().phone();
    }

    private static ObjectNode traits(Wanted wanted) {
        return StrictJson.newObject().put("provider", wanted.provider());
    }
}
