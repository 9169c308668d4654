package dev.galley.auth.flow;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import java.sql.SQLException;
import java.util.Map;

/** {@code POST /token}: one grant for each value of {@code grant_type}. */
public final class TokenEndpoint implements Endpoint {
    private final Parts parts;
    private final Map<String, Endpoint> grants;

    public TokenEndpoint(Parts parts, Map<String, Endpoint> grants) {
        this.parts = parts;
        this.grants = Map.copyOf(grants);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        Endpoint grant = request.query("grant_type").map(grants::get).orElse(null);
        if (grant == null) {
            throw AuthError.of(400, ErrorCode.INVALID_CREDENTIALS, "unsupported_grant_type")
                    .thrown();
        }
        parts.limits()
                .require(
                        "token",
                        request.clientAddress(),
                        parts.settings().rates().tokens());
        return grant.answer(request);
    }
}
