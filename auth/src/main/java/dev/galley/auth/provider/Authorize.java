package dev.galley.auth.provider;

import dev.galley.auth.config.OAuthServerSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import java.net.URI;
import java.net.URISyntaxException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * {@code GET /oauth/authorize}, or {@code POST} with a form (OpenID Connect Core 1.0, 3.1.2.1): a client sends its user here, who is sent on to the page of consent. Until the client and its
 * address are known to belong together nobody is sent anywhere.
 */
final class Authorize implements Endpoint {
    private static final int MAX_TEXT = 2048;
    private static final int MAX_NONCE = 255;
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final List<String> KNOWN = List.of(
            "response_type",
            "response_mode",
            "scope",
            "state",
            "resource",
            "code_challenge",
            "code_challenge_method",
            "nonce",
            "prompt");

    private final Parts parts;
    private final Secrets secrets;
    private final Redirection redirection;
    private final boolean openid;

    /** @param openid whether ID tokens can be signed so that others can verify them */
    Authorize(Parts parts, Secrets secrets, Redirection redirection, boolean openid) {
        this.parts = parts;
        this.secrets = secrets;
        this.redirection = redirection;
        this.openid = openid;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        OAuthServerSettings settings = parts.settings().oauthServer();
        parts.limits().require("oauth-authorize", request.clientAddress(), settings.requests());
        Parameters parameters = request.method().equals("POST") ? Parameters.form(request) : Parameters.query(request);
        Client client = client(parameters);
        String redirectUri = parameters
                .get("redirect_uri")
                .orElseThrow(() ->
                        AuthError.invalid("redirect_uri is required, once").thrown());
        if (!client.redirectUris().contains(redirectUri)) {
            throw AuthError.invalid("invalid redirect_uri").thrown();
        }
        Authorization asked;
        try {
            asked = asked(client, redirectUri, parameters);
        } catch (OAuthRefusal refusal) {
            // Whoever registers an address could lend our name to it; no user has agreed to anything yet (RFC 9700,
            // 4.11.2).
            if (client.registration().equals(ClientRegistry.DYNAMIC)) {
                return refusal.reply();
            }
            Optional<String> state = parameters.get("state").filter(text -> text.length() <= MAX_TEXT);
            return Reply.redirect(302, redirection.error(redirectUri, refusal, state));
        }
        parts.transaction(connection -> {
            Authorizations.insert(connection, asked, parts.now());
            return asked;
        });
        return Reply.redirect(302, consentPage(settings) + "?authorization_id=" + asked.publicId());
    }

    private String consentPage(OAuthServerSettings settings) {
        String path = settings.authorizationPath();
        return parts.settings().siteUrl().toString().replaceAll("/+$", "") + (path.startsWith("/") ? "" : "/") + path;
    }

    private Client client(Parameters parameters) throws SQLException {
        String id = parameters
                .get("client_id")
                .orElseThrow(
                        () -> AuthError.invalid("client_id is required, once").thrown());
        UUID uuid;
        try {
            uuid = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
        return parts.transaction(connection -> Clients.byId(connection, uuid)).orElseThrow(Authorize::unknown);
    }

    private static AuthException unknown() {
        return AuthError.of(400, ErrorCode.OAUTH_CLIENT_NOT_FOUND, "invalid client_id")
                .thrown();
    }

    private Authorization asked(Client client, String redirectUri, Parameters parameters) {
        parameters.fault(KNOWN).ifPresent(name -> {
            throw OAuthRefusal.invalidRequest(name + " must come once, without NUL characters");
        });
        if (!parameters.get("response_type").orElse("code").equals("code")) {
            throw new OAuthRefusal(400, "unsupported_response_type", "only response_type=code is supported");
        }
        if (!client.mayUse(Client.CODE)) {
            throw new OAuthRefusal(400, "unauthorized_client", "the client may not use authorization codes");
        }
        refuseWhatIsNotThere(parameters);
        checkChallenge(parameters);
        Optional<String> resource = parameters.get("resource");
        resource.ifPresent(Authorize::checkResource);
        return new Authorization(
                UUID.randomUUID(),
                secrets.make(),
                client.id(),
                Optional.empty(),
                redirectUri,
                scopes(parameters),
                limited(parameters, "state", MAX_TEXT),
                resource,
                parameters.get("code_challenge"),
                limited(parameters, "nonce", MAX_NONCE),
                Authorization.Status.PENDING,
                parts.now().plus(parts.settings().oauthServer().requestExpiry()),
                Optional.empty(),
                askAlways(client, redirectUri, parameters),
                false,
                Optional.empty());
    }

    private static void refuseWhatIsNotThere(Parameters parameters) {
        if (!parameters.get("response_mode").orElse("query").equals("query")) {
            throw OAuthRefusal.invalidRequest("only response_mode=query is supported");
        }
        if (parameters.get("request").isPresent()) {
            throw new OAuthRefusal(400, "request_not_supported", "request objects are not supported");
        }
        if (parameters.get("request_uri").isPresent()) {
            throw new OAuthRefusal(400, "request_uri_not_supported", "request_uri is not supported");
        }
        if (parameters.get("prompt").orElse("").equals("none")) {
            throw new OAuthRefusal(400, "interaction_required", "the user must be asked");
        }
    }

    /** Where any program can take the answer, nobody can tell whose the request is: then only the user can. */
    private static boolean askAlways(Client client, String redirectUri, Parameters parameters) {
        boolean unsure = !client.confidential() && !RedirectUris.exclusive(redirectUri);
        return unsure
                || List.of(parameters.get("prompt").orElse("").split(" ", -1)).contains("consent");
    }

    /** Nothing but S256: the plain method shows the verifier to whoever sees the request. */
    private static void checkChallenge(Parameters parameters) {
        Optional<String> challenge = parameters.get("code_challenge");
        if (challenge.isEmpty() || parameters.get("code_challenge_method").isEmpty()) {
            throw OAuthRefusal.invalidRequest("PKCE flow requires both code_challenge and code_challenge_method");
        }
        if (!parameters.get("code_challenge_method").orElse("").equalsIgnoreCase("S256")) {
            throw OAuthRefusal.invalidRequest("code_challenge_method must be 'S256'");
        }
        if (!CHALLENGE.matcher(challenge.get()).matches()) {
            throw OAuthRefusal.invalidRequest("code_challenge must be the base64url of 32 bytes, without padding");
        }
    }

    private Scopes scopes(Parameters parameters) {
        Scopes scopes = Scopes.of(
                parameters.get("scope").orElse(parts.settings().oauthServer().defaultScope()));
        if (!scopes.supported()) {
            throw OAuthRefusal.invalidScope("supported scopes: " + String.join(" ", Scopes.SUPPORTED));
        }
        if (scopes.has(Scopes.OPENID) && !openid) {
            throw OAuthRefusal.invalidScope("openid needs an asymmetric signing key");
        }
        return scopes;
    }

    private static Optional<String> limited(Parameters parameters, String name, int length) {
        Optional<String> text = parameters.get(name);
        if (text.isPresent() && text.get().length() > length) {
            throw OAuthRefusal.invalidRequest(name + " must have at most " + length + " characters");
        }
        return text;
    }

    /** RFC 8707. */
    private static void checkResource(String resource) {
        boolean right;
        try {
            URI uri = new URI(resource);
            right = resource.length() <= MAX_TEXT
                    && uri.isAbsolute()
                    && uri.getRawFragment() == null
                    && uri.getRawQuery() == null;
        } catch (URISyntaxException e) {
            right = false;
        }
        if (!right) {
            throw new OAuthRefusal(
                    400, "invalid_target", "resource must be an absolute URI without query and fragment");
        }
    }
}
