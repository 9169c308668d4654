package dev.galley.auth.mfa;

import dev.galley.auth.account.Challenges.Challenge;
import dev.galley.auth.account.Factor;
import dev.galley.auth.account.Factors;
import dev.galley.auth.account.Passkeys;
import dev.galley.auth.account.PublicKeyCredential;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.factor.MfaSettings;
import dev.galley.auth.webauthn.Judgement;
import dev.galley.auth.webauthn.Options.Use;
import dev.galley.auth.webauthn.WebAuthn;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A security key or another WebAuthn authenticator: a new factor makes a credential, a verified one signs with it. */
final class WebAuthnProof implements Proof {
    private static final String CREATE = "create";
    private static final String REQUEST = "request";
    private static final String SESSION = "session_id";

    private final WebAuthn webAuthn;
    private final MfaSettings settings;

    WebAuthnProof(WebAuthn webAuthn, MfaSettings settings) {
        this.webAuthn = webAuthn;
        this.settings = settings;
    }

    @Override
    public Question ask(Connection connection, Holder holder, Factor factor, UUID challenge, JsonBody body) {
        String random = webAuthn.challenge();
        String type = type(factor);
        ObjectNode publicKey = factor.verified()
                ? webAuthn.options()
                        .request(random, credential(factor).stream().toList(), Use.FACTOR, settings.challengeExpiry())
                : webAuthn.options()
                        .creation(holder.user(), random, known(holder), Use.FACTOR, settings.challengeExpiry());
        ObjectNode reply = StrictJson.newObject();
        reply.putObject("webauthn")
                .put("type", type)
                .putObject("credential_options")
                .set("publicKey", publicKey);
        ObjectNode ceremony = StrictJson.newObject()
                .put("challenge", random)
                .put("type", type)
                .put(SESSION, holder.session().id().toString());
        return new Question(Optional.empty(), Optional.of(StrictJson.write(ceremony)), Optional.of(reply));
    }

    @Override
    public Verdict shown(Connection connection, Holder holder, Factor factor, Challenge challenge, JsonBody body)
            throws SQLException {
        JsonBody answer = new JsonBody(body.object("webauthn")
                .orElseThrow(() -> AuthError.invalid("WebAuthn config required").thrown()));
        String type = answer.text("type").orElse("");
        if (!type.equals(CREATE) && !type.equals(REQUEST)) {
            throw AuthError.invalid("WebAuthn type must be create or request").thrown();
        }
        ObjectNode response = answer.object("credential_response")
                .orElseThrow(
                        () -> AuthError.invalid("credential_response required").thrown());
        JsonNode ceremony = challenge.ceremony().map(StrictJson::read).orElseGet(StrictJson::newObject);
        // What was asked for, of this session: the answer to an enrolment shows nothing later, and the other way round.
        if (!type.equals(type(factor))
                || !type.equals(ceremony.path("type").asString(""))
                || !ceremony.path(SESSION)
                        .asString("")
                        .equals(holder.session().id().toString())) {
            return Verdict.WRONG;
        }
        String random = ceremony.path("challenge").asString("");
        return factor.verified()
                ? signed(connection, factor, response, random)
                : created(connection, factor, response, random);
    }

    private Verdict created(Connection connection, Factor factor, ObjectNode response, String challenge)
            throws SQLException {
        Optional<PublicKeyCredential> made = webAuthn.registered(response, challenge, Use.FACTOR.verified());
        if (made.isEmpty()) {
            return Verdict.WRONG;
        }
        if (!Passkeys.isFree(connection, made.get())) {
            throw AuthError.of(422, ErrorCode.WEBAUTHN_CREDENTIAL_EXISTS, "This credential is already registered")
                    .thrown();
        }
        Factors.keepCredential(connection, factor.id(), made.get());
        return Verdict.SHOWN;
    }

    private Verdict signed(Connection connection, Factor factor, ObjectNode response, String challenge)
            throws SQLException {
        Optional<PublicKeyCredential> known = credential(factor);
        var presented = webAuthn.presented(response);
        if (known.isEmpty() || presented.isEmpty()) {
            return Verdict.WRONG;
        }
        return switch (webAuthn.judge(presented.get(), known.get(), challenge, Use.FACTOR.verified())) {
            case Judgement.Good(var credential) -> {
                Factors.keepCredential(connection, factor.id(), credential);
                yield Verdict.SHOWN;
            }
            case Judgement.CountedBack() -> Verdict.CLONED;
            case Judgement.Bad() -> Verdict.WRONG;
        };
    }

    private static String type(Factor factor) {
        return factor.verified() ? REQUEST : CREATE;
    }

    private static Optional<PublicKeyCredential> credential(Factor factor) {
        return factor.credential().map(StrictJson::read).flatMap(PublicKeyCredential::of);
    }

    private static List<PublicKeyCredential> known(Holder holder) {
        return holder.user().factors().stream()
                .map(factor -> PublicKeyCredential.of(factor.path("web_authn_credential")))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public String failure() {
        return "Invalid WebAuthn response";
    }
}
