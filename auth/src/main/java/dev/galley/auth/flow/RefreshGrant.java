package dev.galley.auth.flow;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.token.Refreshes;
import dev.galley.auth.token.Refreshes.Outcome;
import java.sql.SQLException;

/** {@code POST /token?grant_type=refresh_token}. */
public final class RefreshGrant implements Endpoint {
    private final Parts parts;

    public RefreshGrant(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        String token = request.json()
                .text("refresh_token")
                .orElseThrow(() -> AuthError.of(400, ErrorCode.VALIDATION_FAILED, "refresh_token required")
                        .thrown());
        Outcome outcome =
                parts.transaction(connection -> parts.refreshes().refresh(connection, token, Parts.client(request)));
        return switch (outcome) {
            case Refreshes.Refused(var error) -> throw error.thrown();
            case Refreshes.Refreshed(var tokens, var reuse) -> {
                Reply reply = Reply.ok(tokens.json())
                        .with("sb-auth-user-id", tokens.user().id().toString())
                        .with("sb-auth-session-id", tokens.session().toString())
                        .with("sb-auth-refresh-token-counter", Long.toString(tokens.counter()))
                        .with("sb-auth-refresh-token-reuse", Boolean.toString(!reuse.isEmpty()))
                        .with("sb-auth-refresh-token-rotated", Boolean.toString(reuse.isEmpty()));
                yield reuse.isEmpty()
                        ? reply
                        : reply.with("sb-auth-refresh-token-reuse-cause", String.join(",", reuse));
            }
        };
    }
}
