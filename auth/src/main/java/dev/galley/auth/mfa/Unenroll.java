package dev.galley.auth.mfa;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Factor;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;

/** {@code DELETE /factors/{id}}: a verified factor goes only when a second factor was shown. */
final class Unenroll implements Endpoint {
    private final Parts parts;

    Unenroll(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Holder holder = Holder.locked(parts, connection, request);
            Factor factor = holder.factor(connection, request);
            if (factor.verified() && !holder.session().aal2()) {
                throw AuthError.of(422, ErrorCode.INSUFFICIENT_AAL, "AAL2 required to unenroll verified factor")
                        .thrown();
            }
            Removal.remove(parts, connection, holder.user(), factor);
            Audit.note(
                    connection,
                    Audit.Action.FACTOR_UNENROLLED,
                    holder.user(),
                    StrictJson.newObject()
                            .put("factor_id", factor.id().toString())
                            .put("factor_status", factor.verified() ? "verified" : "unverified")
                            .put("session_id", holder.session().id().toString()),
                    request.clientAddress(),
                    parts.now());
            return Reply.ok(StrictJson.newObject().put("id", factor.id().toString()));
        });
    }
}
