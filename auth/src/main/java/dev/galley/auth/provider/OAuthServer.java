package dev.galley.auth.provider;

import static dev.galley.auth.edge.Endpoint.Access.ADMIN;
import static dev.galley.auth.edge.Endpoint.Access.PUBLIC;
import static dev.galley.auth.edge.Endpoint.Access.USER;

import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Route;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.Authenticator;
import dev.galley.identity.TokenSigner;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Supplier;

/** Puts the package together. */
public final class OAuthServer {
    private final Parts parts;
    private final List<Route> routes;

    /**
     * @param authenticator tells whether an access token is one of ours
     * @param issuer the address of {@code /auth/v1}; never taken from a request
     * @param jwks the public keys, as a JWK set
     */
    public OAuthServer(
            Parts parts,
            TokenSigner signer,
            Authenticator authenticator,
            Supplier<String> issuer,
            Supplier<String> jwks,
            SecureRandom random) {
        this.parts = parts;
        boolean openid = signer.asymmetric();
        Secrets secrets = new Secrets(random);
        Redirection redirection = new Redirection(issuer);
        ClientRegistry registry = new ClientRegistry(parts, secrets);
        ClientAdmin clients = new ClientAdmin(parts, registry);
        Consent consent = new Consent(parts, secrets, redirection);
        UserGrants grants = new UserGrants(parts);
        Metadata metadata = new Metadata(parts, issuer, jwks, openid);
        Endpoint userInfo = new UserInfo(parts);
        Endpoint authorize = new Authorize(parts, secrets, redirection, openid);
        IdToken idToken = new IdToken(signer, issuer, parts.clock());
        ClientTokens tokens =
                new ClientTokens(parts, new CodeGrant(parts, idToken), new RefreshTokenGrant(parts, idToken, openid));
        String one = "/admin/oauth/clients/:client_id";
        String question = "/oauth/authorizations/:authorization_id";
        String wellKnown = "/.well-known/oauth-authorization-server";
        routes = List.of(
                // Also without this part, it tells verifiers of our tokens where the keys are.
                Route.get("/.well-known/openid-configuration", PUBLIC, metadata),
                Route.get(wellKnown, PUBLIC, whenEnabled(metadata)),
                Route.get("/" + wellKnown, PUBLIC, whenEnabled(metadata)),
                Route.get("/" + wellKnown + "/auth/v1", PUBLIC, whenEnabled(metadata)),
                Route.get("/oauth/authorize", PUBLIC, whenEnabled(authorize)),
                Route.post("/oauth/authorize", PUBLIC, whenEnabled(authorize)),
                Route.get(question, USER, whenEnabled(consent::details)),
                Route.post(question + "/consent", USER, whenEnabled(consent::decide)),
                Route.post("/oauth/token", PUBLIC, client(ClientTokens.KNOWN, tokens)),
                Route.post("/oauth/revoke", PUBLIC, client(Revocation.KNOWN, new Revocation(parts, authenticator))),
                Route.post(
                        "/oauth/introspect", PUBLIC, client(Revocation.KNOWN, new Introspection(parts, authenticator))),
                Route.get("/oauth/userinfo", USER, whenEnabled(userInfo)),
                Route.post("/oauth/userinfo", USER, whenEnabled(userInfo)),
                Route.post("/oauth/clients/register", PUBLIC, whenEnabled(new Registration(parts, registry))),
                Route.get("/user/oauth/grants", USER, whenEnabled(grants::list)),
                Route.delete("/user/oauth/grants", USER, whenEnabled(grants::revoke)),
                Route.get("/admin/oauth/clients", ADMIN, whenEnabled(clients::list)),
                Route.post("/admin/oauth/clients", ADMIN, whenEnabled(clients::create)),
                Route.get(one, ADMIN, whenEnabled(clients::get)),
                Route.put(one, ADMIN, whenEnabled(clients::update)),
                Route.delete(one, ADMIN, whenEnabled(clients::delete)),
                Route.post(one + "/regenerate_secret", ADMIN, whenEnabled(clients::renewSecret)));
    }

    public List<Route> routes() {
        return routes;
    }

    private Endpoint client(List<String> known, ClientEndpoint.Work work) {
        return whenEnabled(new ClientEndpoint(parts, known, work));
    }

    private Endpoint whenEnabled(Endpoint endpoint) {
        return request -> {
            if (!parts.settings().oauthServer().enabled()) {
                throw AuthError.of(404, ErrorCode.FEATURE_DISABLED, "OAuth server is disabled")
                        .thrown();
            }
            return endpoint.answer(request);
        };
    }
}
