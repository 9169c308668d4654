package dev.galley.auth.passkey;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.PasskeyChallenges;
import dev.galley.auth.account.PasskeyChallenges.PasskeyChallenge;
import dev.galley.auth.account.PasskeyChallenges.Purpose;
import dev.galley.auth.account.Passkeys;
import dev.galley.auth.account.Passkeys.Passkey;
import dev.galley.auth.account.PublicKeyCredential;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.token.Tokens;
import dev.galley.auth.webauthn.Judgement;
import dev.galley.auth.webauthn.Options.Use;
import dev.galley.auth.webauthn.Presented;
import dev.galley.auth.webauthn.WebAuthn;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code /passkeys/authentication}: the authenticator says who signs in; whom it does not show to be is told nothing of the user. */
final class PasskeySignIn {
    private static final String METHOD = "passkey";

    private final Parts parts;
    private final WebAuthn webAuthn;

    PasskeySignIn(Parts parts, WebAuthn webAuthn) {
        this.parts = parts;
        this.webAuthn = webAuthn;
    }

    Reply options(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "passkey",
                        request.clientAddress(),
                        parts.settings().rates().passkeys());
        Duration time = parts.settings().webAuthn().challengeExpiry();
        Instant now = parts.now();
        PasskeyChallenge made =
                new PasskeyChallenge(webAuthn.challenge(), Optional.empty(), Optional.empty(), now.plus(time));
        UUID id = parts.transaction(
                connection -> PasskeyChallenges.insert(connection, Purpose.AUTHENTICATION, made, now));
        return Reply.ok(PasskeyJson.challenge(
                id, webAuthn.options().request(made.challenge(), List.of(), Use.PASSKEY, time), made.expiresAt()));
    }

    Reply verify(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "passkey-verify",
                        request.clientAddress(),
                        parts.settings().rates().passkeys());
        Answer answer = Answer.of(request.json());
        // Committed by itself: whatever the answer is worth, there is no second one.
        PasskeyChallenge challenge = parts.transaction(connection -> PasskeyChallenges.take(
                        connection, answer.challenge(), Purpose.AUTHENTICATION, Optional.empty(), Optional.empty())
                .orElseThrow(Answer::noChallenge));
        Answer.requireInTime(challenge, parts.now());
        Presented presented = webAuthn.presented(answer.credential()).orElseThrow(Answer::refused);
        Optional<Tokens> tokens =
                parts.transaction(connection -> signIn(connection, request, presented, challenge.challenge()));
        return Reply.ok(tokens.orElseThrow(Answer::refused).json());
    }

    /** Empty is committed all the same: the attempt is in the log. */
    private Optional<Tokens> signIn(Connection connection, AuthRequest request, Presented presented, String challenge)
            throws SQLException {
        Optional<UUID> owner =
                Passkeys.byCredential(connection, presented.credentialId()).map(Passkey::user);
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        Optional<User> user = Users.locked(connection, owner.get());
        // Read again: of two that sign at once the second must see how far the first has counted.
        Optional<Passkey> passkey = Passkeys.byCredential(connection, presented.credentialId());
        if (user.isEmpty() || passkey.isEmpty() || !presented.userHandle().equals(handle(passkey.get()))) {
            return Optional.empty();
        }
        return switch (webAuthn.judge(presented, passkey.get().credential(), challenge, Use.PASSKEY.verified())) {
            case Judgement.Good(var credential) ->
                Optional.of(begun(connection, request, user.get(), passkey.get(), credential));
            case Judgement.CountedBack() -> {
                ObjectNode traits = traits(passkey.get()).put("reason", "sign_count");
                note(connection, request, Audit.Action.LOGIN_FAILED, user.get(), traits);
                yield Optional.empty();
            }
            case Judgement.Bad() -> {
                note(connection, request, Audit.Action.LOGIN_FAILED, user.get(), traits(passkey.get()));
                yield Optional.empty();
            }
        };
    }

    private static Optional<String> handle(Passkey passkey) {
        return Optional.of(passkey.user().toString());
    }

    private Tokens begun(
            Connection connection, AuthRequest request, User user, Passkey passkey, PublicKeyCredential credential)
            throws SQLException {
        requireMaySignIn(user);
        Passkeys.used(connection, passkey.id(), credential, parts.now());
        note(connection, request, Audit.Action.LOGIN, user, traits(passkey));
        return parts.signIns().begin(connection, user.id(), METHOD, Parts.client(request));
    }

    private void requireMaySignIn(User user) {
        if (user.email().isPresent() && !user.emailConfirmed()) {
            throw forbidden(ErrorCode.EMAIL_NOT_CONFIRMED, "Email not confirmed");
        }
        if (user.phone().isPresent() && !user.phoneConfirmed()) {
            throw forbidden(ErrorCode.PHONE_NOT_CONFIRMED, "Phone not confirmed");
        }
        if (user.bannedAt(parts.now())) {
            throw AuthError.banned(403, user.id()).thrown();
        }
    }

    private static AuthException forbidden(ErrorCode code, String message) {
        return AuthError.of(403, code, message).thrown();
    }

    private static ObjectNode traits(Passkey passkey) {
        return StrictJson.newObject()
                .put("provider", METHOD)
                .put("passkey_id", passkey.id().toString());
    }

    private void note(Connection connection, AuthRequest request, Audit.Action action, User user, ObjectNode traits)
            throws SQLException {
        Audit.note(connection, action, user, traits, request.clientAddress(), parts.now());
    }
}
