package dev.galley.auth.mfa;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Challenges;
import dev.galley.auth.account.Challenges.Challenge;
import dev.galley.auth.account.Factor;
import dev.galley.auth.account.Factors;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.mail.MailType;
import dev.galley.auth.token.Tokens;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /factors/{id}/verify}: shows a factor, which raises the session. Attempts are counted before the code is looked at, by
 * factor: neither a new challenge nor a new session nor another node gives more of them.
 */
final class VerifyFactor implements Endpoint {
    private final Parts parts;
    private final Map<Factor.Kind, Proof> proofs;
    private final Guesses guesses;
    private final Elevation elevation;

    private sealed interface Outcome {}

    private record Shown(Tokens tokens) implements Outcome {}

    /** Committed all the same: the attempt is in the log. */
    private record Wrong(String message) implements Outcome {}

    VerifyFactor(Parts parts, Map<Factor.Kind, Proof> proofs) {
        this.parts = parts;
        this.proofs = Map.copyOf(proofs);
        this.guesses = new Guesses(parts);
        this.elevation = new Elevation(parts);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "factor",
                        request.clientAddress(),
                        parts.settings().rates().factors());
        JsonBody body = request.json();
        UUID challenge = Holder.uuid(body.required("challenge_id"), 400, "challenge_id");
        Factor factor = parts.transaction(
                connection -> Holder.of(parts, connection, request).factor(connection, request));
        new Enabled(parts.settings().mfa()).requireVerify(factor.kind());
        guesses.count(factor.user(), factor.id());
        Outcome outcome = parts.transaction(connection -> verify(connection, request, body, challenge));
        return switch (outcome) {
            case Wrong(var message) ->
                throw AuthError.of(422, ErrorCode.MFA_VERIFICATION_FAILED, message)
                        .thrown();
            case Shown(var tokens) -> {
                guesses.forget(factor.user(), factor.id());
                yield Reply.ok(tokens.json());
            }
        };
    }

    private Outcome verify(Connection connection, AuthRequest request, JsonBody body, UUID challengeId)
            throws SQLException {
        Holder holder = Holder.locked(parts, connection, request);
        Factor factor = holder.factor(connection, request);
        if (!factor.verified()) {
            holder.requireStepUp(403, "AAL2 required to verify a new factor");
        }
        Challenge challenge = challenge(connection, request, factor, challengeId);
        Proof proof = Proof.of(proofs, factor.kind());
        Proof.Verdict verdict = proof.shown(connection, holder, factor, challenge, body);
        boolean shown = verdict == Proof.Verdict.SHOWN && Challenges.take(connection, challenge.id(), parts.now());
        ObjectNode traits = StrictJson.newObject()
                .put("factor_id", factor.id().toString())
                .put("challenge_id", challenge.id().toString())
                .put("factor_type", factor.kind().text())
                .put("valid", shown);
        if (verdict == Proof.Verdict.CLONED) {
            traits.put("reason", "sign_count");
        }
        Audit.note(
                connection,
                Audit.Action.VERIFICATION_ATTEMPTED,
                holder.user(),
                traits,
                request.clientAddress(),
                parts.now());
        if (!shown) {
            return new Wrong(proof.failure());
        }
        if (!factor.verified()) {
            Factors.verified(connection, factor.id(), parts.now());
            Notices.send(parts, connection, holder.user(), MailType.MFA_FACTOR_ENROLLED_NOTIFICATION, factor.kind());
        }
        return new Shown(
                elevation.raise(connection, holder, factor.id(), factor.kind().method()));
    }

    private Challenge challenge(Connection connection, AuthRequest request, Factor factor, UUID id)
            throws SQLException {
        Challenge challenge = Challenges.byId(connection, factor.id(), id, request.clientAddress())
                .orElseThrow(() -> AuthError.of(
                                422,
                                ErrorCode.MFA_FACTOR_NOT_FOUND,
                                "MFA factor with the provided challenge ID not found")
                        .thrown());
        if (challenge.used() || !challenge.sameAddress()) {
            throw AuthError.of(422, ErrorCode.MFA_IP_ADDRESS_MISMATCH, "Challenge and verify IP addresses mismatch.")
                    .thrown();
        }
        if (!parts.now()
                .isBefore(challenge.createdAt().plus(parts.settings().mfa().challengeExpiry()))) {
            throw AuthError.of(
                            422,
                            ErrorCode.MFA_CHALLENGE_EXPIRED,
                            "MFA challenge " + id
                                    + " has expired, verify against another challenge or create a new challenge.")
                    .thrown();
        }
        return challenge;
    }
}
