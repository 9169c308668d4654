package dev.galley.auth.passkey;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.PasskeyChallenges;
import dev.galley.auth.account.PasskeyChallenges.PasskeyChallenge;
import dev.galley.auth.account.PasskeyChallenges.Purpose;
import dev.galley.auth.account.Passkeys;
import dev.galley.auth.account.Passkeys.Passkey;
import dev.galley.auth.account.PublicKeyCredential;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.webauthn.Options.Use;
import dev.galley.auth.webauthn.WebAuthn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code /passkeys/registration}: a signed-in user gets another way to sign in. */
final class Registration {
    private final Parts parts;
    private final WebAuthn webAuthn;

    Registration(Parts parts, WebAuthn webAuthn) {
        this.parts = parts;
        this.webAuthn = webAuthn;
    }

    Reply options(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "passkey-registration",
                        request.clientAddress(),
                        parts.settings().rates().passkeys());
        Duration time = parts.settings().webAuthn().challengeExpiry();
        return parts.transaction(connection -> {
            Owner owner = Owner.of(parts, connection, request).requireRegistration();
            List<Passkey> known = Passkeys.of(connection, owner.user().id());
            requireRoom(known);
            Instant now = parts.now();
            PasskeyChallenge made = new PasskeyChallenge(
                    webAuthn.challenge(),
                    Optional.of(owner.user().id()),
                    Optional.of(owner.session().id()),
                    now.plus(time));
            UUID id = PasskeyChallenges.insert(connection, Purpose.REGISTRATION, made, now);
            List<PublicKeyCredential> credentials =
                    known.stream().map(Passkey::credential).toList();
            return Reply.ok(PasskeyJson.challenge(
                    id,
                    webAuthn.options().creation(owner.user(), made.challenge(), credentials, Use.PASSKEY, time),
                    made.expiresAt()));
        });
    }

    Reply verify(AuthRequest request) throws SQLException {
        Answer answer = Answer.of(request.json());
        PasskeyChallenge challenge = parts.transaction(connection -> {
            Owner owner = Owner.of(parts, connection, request).requireRegistration();
            return PasskeyChallenges.take(
                            connection,
                            answer.challenge(),
                            Purpose.REGISTRATION,
                            Optional.of(owner.user().id()),
                            Optional.of(owner.session().id()))
                    .orElseThrow(Answer::noChallenge);
        });
        Answer.requireInTime(challenge, parts.now());
        PublicKeyCredential credential = webAuthn.registered(
                        answer.credential(), challenge.challenge(), Use.PASSKEY.verified())
                .orElseThrow(Answer::refused);
        return parts.transaction(connection -> Reply.ok(PasskeyJson.made(kept(connection, request, credential))));
    }

    private Passkey kept(Connection connection, AuthRequest request, PublicKeyCredential credential)
            throws SQLException {
        Owner owner = Owner.locked(parts, connection, request).requireRegistration();
        requireRoom(Passkeys.of(connection, owner.user().id()));
        if (!Passkeys.isFree(connection, credential)) {
            throw AuthError.of(422, ErrorCode.WEBAUTHN_CREDENTIAL_EXISTS, "This credential is already registered")
                    .thrown();
        }
        Passkey passkey = new Passkey(
                UUID.randomUUID(),
                owner.user().id(),
                Models.name(credential.aaguid()),
                parts.now(),
                Optional.empty(),
                credential);
        Passkeys.insert(connection, passkey);
        owner.note(parts, connection, request, Audit.Action.PASSKEY_CREATED, passkey.id());
        return passkey;
    }

    private void requireRoom(List<Passkey> known) {
        if (known.size() >= parts.settings().webAuthn().maxPasskeys()) {
            throw AuthError.of(422, ErrorCode.TOO_MANY_PASSKEYS, "Maximum number of passkeys reached")
                    .thrown();
        }
    }
}
