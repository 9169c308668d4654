package dev.galley.auth.flow;

import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.account.OneTimeTokens.Redeemed;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.token.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /verify}: the link of a mail, opened in a browser. Ends at the application, with tokens in the fragment or, for a
 * client that began the flow with a code challenge, with a code in the query. Errors go the same way.
 */
public final class VerifyLink implements Endpoint {
    private final Parts parts;
    private final Confirmations confirmations;

    public VerifyLink(Parts parts) {
        this.parts = parts;
        this.confirmations = new Confirmations(parts);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        String redirectTo = parts.redirects().choose(request);
        String token =
                request.query("token").or(() -> request.query("token_hash")).orElse("");
        boolean pkce = token.startsWith(OneTimeTokens.PKCE_PREFIX);
        try {
            Verification type = Verification.of(request.query("type").orElse(""));
            if (token.isEmpty()) {
                throw AuthError.invalid("Verify requires a token or a token hash")
                        .thrown();
            }
            parts.limits()
                    .require(
                            "verify",
                            request.clientAddress(),
                            parts.settings().rates().verifications());
            return Reply.redirect(
                    303, parts.transaction(connection -> verified(connection, request, type, token, redirectTo)));
        } catch (AuthException refused) {
            return Reply.redirect(303, failed(refused.error(), redirectTo, pkce));
        }
    }

    private String verified(
            Connection connection, AuthRequest request, Verification type, String token, String redirectTo)
            throws SQLException {
        Redeemed redeemed = parts.oneTimeTokens()
                .redeemLink(
                        connection,
                        type.kinds(),
                        token,
                        parts.now().minus(parts.settings().email().otpExpiry()))
                .orElseThrow(Verify::invalidLink);
        boolean pkce = token.startsWith(OneTimeTokens.PKCE_PREFIX);
        Optional<User> user = confirmations.apply(connection, request, redeemed, false);
        if (user.isEmpty()) {
            Map<String, String> message = Map.of("message", Verify.HALF);
            return Redirects.withFragment(pkce ? Redirects.withQuery(redirectTo, message) : redirectTo, message);
        }
        if (pkce) {
            String code = FlowStates.issueCode(connection, user.get().id(), type.flowMethod(), parts.now())
                    .orElseThrow(
                            () -> AuthError.of(400, ErrorCode.FLOW_STATE_NOT_FOUND, "No associated flow state found.")
                                    .thrown());
            return Redirects.withQuery(redirectTo, Map.of("code", code));
        }
        Tokens tokens = parts.signIns().begin(connection, user.get().id(), "otp", Parts.client(request));
        return Redirects.withFragment(
                redirectTo, fragment(tokens, request.query("type").orElse("")));
    }

    /** What a signed-in user brings to the application in the fragment. */
    public static Map<String, String> fragment(Tokens tokens, String type) {
        Map<String, String> fragment = new LinkedHashMap<>();
        fragment.put("access_token", tokens.accessToken());
        fragment.put("expires_at", Long.toString(tokens.expiresAt()));
        fragment.put("expires_in", Long.toString(tokens.expiresIn()));
        fragment.put("refresh_token", tokens.refreshToken());
        fragment.put("sb", "");
        fragment.put("token_type", "bearer");
        fragment.put("type", type);
        return fragment;
    }

    /** The application's address with the error in the fragment and, for a client that began with a code challenge, in the query. */
    public static String failed(AuthError error, String redirectTo, boolean pkce) {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("error", oauthError(error.status()));
        about.put("error_code", error.code().text());
        about.put("error_description", error.message());
        String address = pkce ? Redirects.withQuery(redirectTo, about) : redirectTo;
        about.put("sb", "");
        return Redirects.withFragment(address, about);
    }

    private static String oauthError(int status) {
        return switch (status) {
            case 401 -> "unauthorized_client";
            case 403 -> "access_denied";
            case 503 -> "temporarily_unavailable";
            default -> status >= 500 ? "server_error" : "invalid_request";
        };
    }
}
