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

    /** @param shown whether the answer shows the factor; committed in any case, as the attempt is in the log */
    private record Judged(boolean shown, String failure) {}

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
        Judged judged = parts.transaction(connection -> judge(connection, request, body, challenge));
        new Attempts(parts).require(factor.user(), factor.id(), factor.kind().text(), judged.shown());
        if (!judged.shown()) {
            throw AuthError.of(422, ErrorCode.MFA_VERIFICATION_FAILED, judged.failure())
                    .thrown();
        }
        Tokens tokens = parts.transaction(connection -> raise(connection, request));
        guesses.forget(factor.user(), factor.id());
        return Reply.ok(tokens.json());
    }

    private Judged judge(Connection connection, AuthRequest request, JsonBody body, UUID challengeId)
            throws SQLException {
        Holder holder = Holder.locked(parts, connection, request);
        Factor factor = usable(connection, request, holder);
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
        return new Judged(shown, proof.failure());
    }

    /** In a transaction of its own, as a hook may have been asked: what has ended meanwhile is not raised. */
    private Tokens raise(Connection connection, AuthRequest request) throws SQLException {
        Holder holder = Holder.locked(parts, connection, request);
        Factor factor = usable(connection, request, holder);
        if (!factor.verified()) {
            Factors.verified(connection, factor.id(), parts.now());
            Notices.send(parts, connection, holder.user(), MailType.MFA_FACTOR_ENROLLED_NOTIFICATION, factor.kind());
        }
        return elevation.raise(connection, holder, factor.id(), factor.kind().method());
    }

    private static Factor usable(Connection connection, AuthRequest request, Holder holder) throws SQLException {
        Factor factor = holder.factor(connection, request);
        if (!factor.verified()) {
            holder.requireStepUp(403, "AAL2 required to verify a new factor");
        }
        return factor;
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
