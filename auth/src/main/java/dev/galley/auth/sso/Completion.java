package dev.galley.auth.sso;

import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Browsers;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.Redirects;
import dev.galley.auth.flow.VerifyLink;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** {@code GET /sso/saml/complete}: the browser that began the sign-in is back, and goes on to the application. */
final class Completion implements Endpoint {
    /** A redirect follows at once. */
    private static final Duration LIFE = Duration.ofMinutes(1);

    private final Parts parts;
    private final Browsers browsers;

    Completion(Parts parts, Browsers browsers) {
        this.parts = parts;
        this.browsers = browsers;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        String code = request.query("code").orElse("");
        // Committed also when it is refused: whoever brings the code in another browser has used it up.
        String address = parts.transaction(connection -> completed(connection, request, code));
        return Reply.redirect(303, address);
    }

    private String completed(Connection connection, AuthRequest request, String code) throws SQLException {
        Optional<Flows.Flow> waiting =
                Flows.waiting(connection, code, parts.now().minus(LIFE));
        if (waiting.isEmpty()) {
            AuthError error = AuthError.of(
                    404,
                    ErrorCode.FLOW_STATE_NOT_FOUND,
                    "The sign-in does not exist or has expired, try logging in again?");
            return VerifyLink.failed(error, parts.redirects().choose(Optional.empty()), true);
        }
        Flows.Flow flow = waiting.get();
        String redirectTo = parts.redirects().choose(Optional.of(flow.redirectTo()));
        if (!browsers.is(request, flow.browser().orElseThrow())) {
            FlowStates.end(connection, flow.id());
            AuthError error = AuthError.of(
                    400,
                    ErrorCode.SAML_RELAY_STATE_NOT_FOUND,
                    "The sign-in was begun in another browser, or without cookies");
            return VerifyLink.failed(error, redirectTo, true);
        }
        if (flow.challenged()) {
            Flows.release(connection, flow.id());
            return Redirects.withQuery(redirectTo, Map.of("code", code));
        }
        FlowStates.end(connection, flow.id());
        try {
            User user = Users.locked(connection, flow.user().orElseThrow())
                    .filter(known -> !known.bannedAt(parts.now()))
                    .orElseThrow(() -> AuthError.of(403, ErrorCode.USER_BANNED, "User is banned")
                            .thrown());
            return Arrival.withTokens(connection, parts, request, redirectTo, user.id(), flow.sessionEnd());
        } catch (AuthException refused) {
            return VerifyLink.failed(refused.error(), redirectTo, true);
        }
    }
}
