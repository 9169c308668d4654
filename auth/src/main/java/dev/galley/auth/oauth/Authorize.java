package dev.galley.auth.oauth;

import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Browsers;
import dev.galley.auth.flow.Callers;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.Redirects;
import dev.galley.identity.StrictJson;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** {@code GET /authorize}: sends the user to a provider. With a user who is signed in, to link an identity to them. */
final class Authorize implements Endpoint {
    private static final System.Logger LOG = System.getLogger(Authorize.class.getName());
    private static final int MAX_PARAMS = 8 * 1024;
    private static final String CALLBACK = "/callback";
    private static final String MOVED = "galley_moved";

    /** What the client means for us. */
    private static final Set<String> OURS = Set.of(
            "provider",
            "redirect_to",
            "scopes",
            "invite_token",
            "skip_http_redirect",
            "apikey",
            MOVED,
            "code_challenge",
            "code_challenge_method");

    /** What only we may say to a provider. */
    static final Set<String> RESERVED = Set.of(
            "client_id",
            "client_secret",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "code_verifier",
            "request",
            "request_uri");

    private final Parts parts;
    private final Providers providers;
    private final Exchange exchange;
    private final Browsers browsers;

    Authorize(Parts parts, Providers providers, Exchange exchange, Browsers browsers) {
        this.browsers = browsers;
        this.parts = parts;
        this.providers = providers;
        this.exchange = exchange;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        requireTurn(request);
        if (!parts.settings().oauth().bound()) {
            return Reply.redirect(302, url(request, Optional.empty(), Optional.empty()));
        }
        Optional<String> elsewhere = callbackHost(request);
        if (elsewhere.isPresent()) {
            return Reply.redirect(302, elsewhere.get());
        }
        Browsers.Mark mark = browsers.mark(request);
        return Reply.redirect(302, url(request, Optional.empty(), Optional.of(mark.digest())))
                .with("Set-Cookie", mark.cookie());
    }

    /**
     * The same address on the host that the provider sends the browser back to, where it is another: {@code localhost} and
     * {@code 127.0.0.1} do not share cookies. Once only, for behind a proxy the host of a request may be any.
     */
    private Optional<String> callbackHost(AuthRequest request) throws SQLException {
        Provider provider = providers.require(request.query("provider").orElse(""));
        String callback = exchange.redirectUri(provider);
        String here = request.header("Host").orElse("");
        if (!callback.endsWith(CALLBACK)
                || request.query(MOVED).isPresent()
                || here.equalsIgnoreCase(URI.create(callback).getRawAuthority())) {
            return Optional.empty();
        }
        Map<String, String> query = new LinkedHashMap<>();
        request.query().forEach(entry -> query.putIfAbsent(entry.getKey(), entry.getValue()));
        query.put(MOVED, "1");
        String base = callback.substring(0, callback.length() - CALLBACK.length());
        return Optional.of(Redirects.withQuery(base + "/authorize", query));
    }

    /** {@code GET /user/identities/authorize}. */
    Reply link(AuthRequest request) throws SQLException {
        if (!parts.settings().manualLinking()) {
            throw AuthError.of(404, ErrorCode.MANUAL_LINKING_DISABLED, "Manual linking is disabled")
                    .thrown();
        }
        Callers.SignedIn caller =
                parts.transaction(connection -> parts.callers().signedIn(connection, request));
        requireTurn(request);
        caller.requireStepUp();
        User user = caller.user();
        requireOwnIdentities(user);
        String url = url(request, Optional.of(user.id()), Optional.empty());
        boolean asJson =
                request.query("skip_http_redirect").filter("true"::equals).isPresent();
        return asJson ? Reply.ok(StrictJson.newObject().put("url", url)) : Reply.redirect(302, url);
    }

    static void requireOwnIdentities(User user) {
        if (user.sso()) {
            throw AuthError.of(422, ErrorCode.USER_SSO_MANAGED, "Identities of SSO users cannot be changed")
                    .thrown();
        }
    }

    private void requireTurn(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "authorize",
                        request.clientAddress(),
                        parts.settings().rates().tokens());
    }

    private String url(AuthRequest request, Optional<UUID> target, Optional<String> browser) throws SQLException {
        Optional<CodeChallenge> challenge =
                CodeChallenge.of(request.query("code_challenge"), request.query("code_challenge_method"));
        Provider provider = providers.require(request.query("provider").orElse(""));
        States.State state = new States.State(
                UUID.randomUUID(),
                provider.name(),
                parts.redirects().choose(request),
                challenge,
                request.query("invite_token").map(OneTimeTokens::digest),
                target,
                browser);
        String url;
        try {
            url = exchange.authorizeUrl(
                    provider, state.id(), Exchange.scopes(request.query("scopes")), params(request));
        } catch (ProviderFailure failure) {
            LOG.log(
                    Level.WARNING,
                    "request {0}: provider {1}: {2}",
                    request.id(),
                    provider.name(),
                    failure.getMessage());
            throw AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, "The provider cannot be reached")
                    .thrown();
        }
        parts.transaction(connection -> {
            States.begin(connection, state, provider.settings().emailOptional(), parts.now());
            return state;
        });
        return url;
    }

    private static Map<String, String> params(AuthRequest request) {
        Map<String, String> params = new HashMap<>();
        int length = 0;
        for (Map.Entry<String, String> entry : request.query()) {
            String name = entry.getKey().toLowerCase(Locale.ROOT);
            if (!OURS.contains(name) && !RESERVED.contains(name)) {
                params.put(name.equals("workos_provider") ? "provider" : entry.getKey(), entry.getValue());
                length += entry.getKey().length() + entry.getValue().length();
            }
        }
        if (length > MAX_PARAMS) {
            throw AuthError.invalid("The parameters for the provider are too long")
                    .thrown();
        }
        return params;
    }
}
