package dev.galley.auth.oauth;

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
import dev.galley.auth.token.Tokens;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * {@code GET} and {@code POST /callback}: the user is back from a provider, with a code for us. Ends at the application, with tokens
 * in the fragment or a code in the query; errors go the same way. The state is used up first, whatever follows.
 */
final class Callback implements Endpoint {
    private static final System.Logger LOG = System.getLogger(Callback.class.getName());
    private static final int MAX_FIELDS = 32;
    private static final int MAX_DESCRIPTION = 300;
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,64}");

    private final Parts parts;
    private final Providers providers;
    private final Exchange exchange;
    private final Browsers browsers;
    private final Supplier<String> externalUrl;
    private final Linking linking;

    Callback(Parts parts, Providers providers, Exchange exchange, Browsers browsers, Supplier<String> externalUrl) {
        this.browsers = browsers;
        this.externalUrl = externalUrl;
        this.parts = parts;
        this.providers = providers;
        this.exchange = exchange;
        this.linking = new Linking(parts);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        Map<String, String> fields = fields(request);
        if (request.method().equals("POST")
                && fields.containsKey("state")
                && parts.settings().oauth().bound()) {
            // From the provider's site a form comes without our cookie; the browser brings it when it follows.
            return Reply.redirect(303, Redirects.withQuery(externalUrl.get() + "/callback", fields));
        }
        States.State state;
        try {
            state = state(fields);
        } catch (AuthException refused) {
            return Reply.redirect(
                    302, VerifyLink.failed(refused.error(), parts.redirects().choose(Optional.empty()), true));
        }
        String redirectTo = parts.redirects().choose(Optional.of(state.redirectTo()));
        if (state.browser().isPresent() && !browsers.is(request, state.browser().get())) {
            AuthError error = AuthError.of(
                    400, ErrorCode.BAD_OAUTH_STATE, "The sign-in was begun in another browser, or without cookies");
            return Reply.redirect(302, VerifyLink.failed(error, redirectTo, true));
        }
        if (fields.containsKey("error")) {
            return Reply.redirect(302, ofProvider(fields, redirectTo));
        }
        try {
            return Reply.redirect(302, finish(request, fields, state, redirectTo));
        } catch (AuthException refused) {
            return Reply.redirect(302, VerifyLink.failed(refused.error(), redirectTo, true));
        } catch (ProviderFailure failure) {
            LOG.log(
                    Level.WARNING,
                    "request {0}: provider {1}: {2}",
                    request.id(),
                    state.provider(),
                    failure.getMessage());
            AuthError error = AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, "Unable to exchange external code");
            return Reply.redirect(302, VerifyLink.failed(error, redirectTo, true));
        }
    }

    private static Map<String, String> fields(AuthRequest request) {
        Map<String, String> fields = new HashMap<>();
        if (request.method().equals("POST")) {
            try {
                new QueryStringDecoder(
                                request.body().toString(StandardCharsets.UTF_8),
                                StandardCharsets.UTF_8,
                                false,
                                MAX_FIELDS)
                        .parameters()
                        .forEach((name, values) -> fields.put(name, values.getFirst()));
            } catch (IllegalArgumentException noForm) {
                // As if there were nothing in it.
                fields.clear();
            }
        } else {
            request.query().forEach(entry -> fields.putIfAbsent(entry.getKey(), entry.getValue()));
        }
        fields.values().removeIf(String::isEmpty);
        return fields;
    }

    private States.State state(Map<String, String> fields) throws SQLException {
        String text = fields.getOrDefault("state", "");
        if (text.isEmpty()) {
            throw AuthError.of(400, ErrorCode.BAD_OAUTH_CALLBACK, "OAuth state parameter missing")
                    .thrown();
        }
        UUID id;
        try {
            id = UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw unknownState();
        }
        return parts.transaction(connection -> States.take(
                        connection,
                        id,
                        parts.now().minus(parts.settings().oauth().stateExpiry())))
                .orElseThrow(Callback::unknownState);
    }

    private static AuthException unknownState() {
        return AuthError.of(400, ErrorCode.BAD_OAUTH_STATE, "OAuth state not found or expired")
                .thrown();
    }

    private String finish(AuthRequest request, Map<String, String> fields, States.State state, String redirectTo)
            throws SQLException, ProviderFailure {
        String code = fields.getOrDefault("code", "");
        if (code.isEmpty()) {
            throw AuthError.of(400, ErrorCode.BAD_OAUTH_CALLBACK, "OAuth callback with missing authorization code")
                    .thrown();
        }
        Provider provider = providers.require(state.provider());
        requireSender(provider, fields);
        TokenAnswer tokens = exchange.redeem(provider, state.id(), code);
        Profile told = exchange.profile(provider, state.id(), tokens);
        Profile profile = provider.name().equals("apple") && fields.containsKey("user")
                ? Exchange.withAppleName(told, fields.get("user"))
                : told;
        return parts.creation(connection -> {
            Linking.Outcome outcome = outcome(connection, request, state, provider, profile, redirectTo);
            return switch (outcome) {
                case Linking.SignedIn in -> signedIn(connection, request, state, in.user(), tokens, redirectTo);
                case Linking.Refused refused -> VerifyLink.failed(refused.error(), redirectTo, true);
            };
        });
    }

    /** A provider that says who it is must be the one that was asked (RFC 9207): a code of another is not sent to it. */
    private static void requireSender(Provider provider, Map<String, String> fields) {
        List<String> issuers = provider.spec().issuers();
        if (fields.containsKey("iss") && !issuers.isEmpty() && !issuers.contains(fields.get("iss"))) {
            throw AuthError.of(400, ErrorCode.BAD_OAUTH_CALLBACK, "OAuth callback from another provider")
                    .thrown();
        }
    }

    private Linking.Outcome outcome(
            Connection connection,
            AuthRequest request,
            States.State state,
            Provider provider,
            Profile profile,
            String redirectTo)
            throws SQLException {
        if (state.target().isPresent()) {
            return new Linking.SignedIn(linking.linkTo(
                    connection, request, provider, profile, state.target().get()));
        }
        return state.inviteToken().isPresent()
                ? new Linking.SignedIn(linking.acceptInvite(
                        connection,
                        request,
                        provider,
                        profile,
                        state.inviteToken().get()))
                : linking.signIn(connection, request, provider, profile, redirectTo);
    }

    private String signedIn(
            Connection connection,
            AuthRequest request,
            States.State state,
            UUID user,
            TokenAnswer provided,
            String redirectTo)
            throws SQLException {
        if (state.challenge().isPresent()) {
            String code =
                    States.issueCode(connection, state, user, state.challenge().get(), provided, parts.now());
            return Redirects.withQuery(redirectTo, Map.of("code", code));
        }
        Tokens tokens = parts.signIns().begin(connection, user, "oauth", Parts.client(request));
        Map<String, String> fragment = new LinkedHashMap<>(VerifyLink.fragment(tokens, ""));
        fragment.remove("type");
        fragment.put("provider_token", provided.accessToken());
        provided.refreshToken().ifPresent(token -> fragment.put("provider_refresh_token", token));
        return Redirects.withFragment(redirectTo, fragment);
    }

    private static String ofProvider(Map<String, String> fields, String redirectTo) {
        String error = fields.getOrDefault("error", "");
        String description = fields.getOrDefault("error_description", "");
        Map<String, String> about = new LinkedHashMap<>();
        about.put("error", ERROR.matcher(error).matches() ? error : "server_error");
        about.put("error_code", ErrorCode.BAD_OAUTH_CALLBACK.text());
        about.put(
                "error_description",
                description.length() > MAX_DESCRIPTION ? description.substring(0, MAX_DESCRIPTION) : description);
        String address = Redirects.withQuery(redirectTo, about);
        about.put("sb", "");
        return Redirects.withFragment(address, about);
    }
}
