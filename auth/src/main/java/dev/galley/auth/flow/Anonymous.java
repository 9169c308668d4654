package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.token.Tokens;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /signup} without an address: a user of whom nothing is known, who may add an address later. */
final class Anonymous implements Endpoint {
    private final Parts parts;

    Anonymous(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        if (!parts.settings().signupEnabled()) {
            throw AuthError.of(422, ErrorCode.SIGNUP_DISABLED, "Signups not allowed for this instance")
                    .thrown();
        }
        if (!parts.settings().anonymousEnabled()) {
            throw AuthError.of(422, ErrorCode.ANONYMOUS_PROVIDER_DISABLED, "Anonymous sign-ins are disabled")
                    .thrown();
        }
        parts.limits()
                .require(
                        "anonymous",
                        request.clientAddress(),
                        parts.settings().rates().anonymous());
        ObjectNode data = request.json().object("data").orElseGet(StrictJson::newObject);
        Tokens tokens = parts.transaction(connection -> {
            UUID id = NewUsers.id();
            NewUsers.insert(connection, parts, NewUsers.anonymous(parts, id, data));
            User user = Users.byId(connection, id).orElseThrow();
            Audit.note(
                    connection,
                    Audit.Action.USER_SIGNEDUP,
                    user,
                    StrictJson.newObject().put("provider", "anonymous"),
                    request.clientAddress(),
                    parts.now());
            return parts.signIns().begin(connection, id, "anonymous", Parts.client(request));
        });
        return Reply.ok(tokens.json());
    }
}
