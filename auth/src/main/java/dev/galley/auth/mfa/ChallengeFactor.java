package dev.galley.auth.mfa;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Challenges;
import dev.galley.auth.account.Factor;
import dev.galley.auth.account.Factors;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /factors/{id}/challenge}: asks for a factor; the answer must come soon and from the same address. */
final class ChallengeFactor implements Endpoint {
    private final Parts parts;
    private final Map<Factor.Kind, Proof> proofs;

    ChallengeFactor(Parts parts, Map<Factor.Kind, Proof> proofs) {
        this.parts = parts;
        this.proofs = Map.copyOf(proofs);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "factor",
                        request.clientAddress(),
                        parts.settings().rates().factors());
        JsonBody body = request.json();
        return parts.transaction(connection -> {
            Holder holder = Holder.locked(parts, connection, request);
            Factor factor = holder.factor(connection, request);
            new Enabled(parts.settings().mfa()).requireVerify(factor.kind());
            Instant now = parts.now();
            UUID id = UUID.randomUUID();
            ObjectNode reply = StrictJson.newObject()
                    .put("id", id.toString())
                    .put("type", factor.kind().text())
                    .put(
                            "expires_at",
                            now.plus(parts.settings().mfa().challengeExpiry()).getEpochSecond());
            Proof.Question question = Proof.of(proofs, factor.kind()).ask(connection, holder, factor, id, body);
            question.reply().ifPresent(more -> reply.setAll(more));
            Challenges.insert(
                    connection,
                    id,
                    factor.id(),
                    request.clientAddress(),
                    question.code(),
                    question.ceremony(),
                    now,
                    now.minus(parts.settings().mfa().challengeExpiry()));
            Factors.challenged(connection, factor.id(), now);
            Audit.note(
                    connection,
                    Audit.Action.CHALLENGE_CREATED,
                    holder.user(),
                    StrictJson.newObject()
                            .put("factor_id", factor.id().toString())
                            .put("factor_status", factor.verified() ? "verified" : "unverified"),
                    request.clientAddress(),
                    now);
            return Reply.ok(reply);
        });
    }
}
