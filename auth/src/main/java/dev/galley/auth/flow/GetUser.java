package dev.galley.auth.flow;

import dev.galley.auth.account.UserJson;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import java.sql.SQLException;

/** {@code GET /user}: who has signed in. */
public final class GetUser implements Endpoint {
    private final Parts parts;

    public GetUser(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        return Reply.ok(UserJson.of(parts.transaction(connection ->
                parts.callers().signedInOrDelegate(connection, request).user())));
    }
}
