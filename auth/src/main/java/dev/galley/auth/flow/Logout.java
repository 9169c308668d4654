package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;

/** {@code POST /logout}: ends this session, all of the user's, or all others. */
public final class Logout implements Endpoint {
    private final Parts parts;

    public Logout(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        String scope = request.query("scope").orElse("global");
        return parts.transaction(connection -> {
            var caller = parts.callers().signedInOrDelegate(connection, request);
            if (!scope.equals("local")) {
                caller.requireUserThemselves();
            }
            switch (scope) {
                case "global" -> {
                    Sessions.endAll(connection, caller.user().id());
                    FlowStates.endIssued(connection, caller.user().id());
                }
                case "local" -> Sessions.end(connection, caller.requireSession().id());
                case "others" ->
                    Sessions.endOthers(
                            connection,
                            caller.user().id(),
                            caller.requireSession().id());
                default ->
                    throw AuthError.invalid("Unsupported logout scope: one of global, local, others")
                            .thrown();
            }
            Audit.note(
                    connection,
                    Audit.Action.LOGOUT,
                    caller.user(),
                    StrictJson.newObject(),
                    request.clientAddress(),
                    parts.now());
            return Reply.noContent();
        });
    }
}
