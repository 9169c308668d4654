package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.FlowStates.Waiting;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /token?grant_type=pkce}: the code that a redirect brought, for tokens. A code works once. */
public final class PkceGrant implements Endpoint {
    private static final Duration LIFE = Duration.ofMinutes(5);

    private final Parts parts;

    public PkceGrant(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        if (body.text("auth_code").isEmpty() || body.text("code_verifier").isEmpty()) {
            throw AuthError.invalid("invalid request: both auth code and code verifier should be non-empty")
                    .thrown();
        }
        String code = body.required("auth_code");
        String verifier = body.required("code_verifier");
        return Reply.ok(parts.transaction(connection -> redeemed(connection, request, code, verifier)));
    }

    private ObjectNode redeemed(Connection connection, AuthRequest request, String code, String verifier)
            throws SQLException {
        Waiting flow = FlowStates.byCode(connection, code)
                .orElseThrow(() -> AuthError.of(
                                404, ErrorCode.FLOW_STATE_NOT_FOUND, "invalid flow state, no valid flow state found")
                        .thrown());
        if (!parts.now().isBefore(flow.codeIssuedAt().plus(LIFE))) {
            throw AuthError.of(422, ErrorCode.FLOW_STATE_EXPIRED, "invalid flow state, flow state has expired")
                    .thrown();
        }
        if (!flow.challenge().isOf(verifier)) {
            throw AuthError.of(
                            400,
                            ErrorCode.BAD_CODE_VERIFIER,
                            "code challenge does not match previously saved code verifier")
                    .thrown();
        }
        User user = Users.locked(connection, flow.user())
                .orElseThrow(() -> AuthError.of(404, ErrorCode.USER_NOT_FOUND, "User not found")
                        .thrown());
        if (user.bannedAt(parts.now())) {
            throw AuthError.banned(400, user.id()).thrown();
        }
        FlowStates.end(connection, flow.id());
        Audit.note(
                connection,
                Audit.Action.LOGIN,
                user,
                StrictJson.newObject().put("provider_type", flow.provider()),
                request.clientAddress(),
                parts.now());
        ObjectNode json = parts.signIns()
                .beginUntil(
                        connection, user.id(), flow.authenticationMethod(), Parts.client(request), flow.sessionEnd())
                .json();
        flow.providerToken().ifPresent(token -> json.put("provider_token", token));
        flow.providerRefreshToken().ifPresent(token -> json.put("provider_refresh_token", token));
        return json;
    }
}
