package dev.galley.auth.oauth;

import static dev.galley.auth.edge.Endpoint.Access.ADMIN;
import static dev.galley.auth.edge.Endpoint.Access.PUBLIC;
import static dev.galley.auth.edge.Endpoint.Access.USER;

import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Route;
import dev.galley.auth.flow.Browsers;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.TokenSigner;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Supplier;

/** Puts the package together. */
public final class OAuth implements AutoCloseable {
    private final Outgoing outgoing;
    private final List<Route> routes;
    private final Endpoint idTokenGrant;

    /** @param externalUrl of {@code /auth/v1}; never taken from a request */
    public OAuth(Vertx vertx, Parts parts, TokenSigner signer, Supplier<String> externalUrl, SecureRandom random) {
        parts.settings().oauth().providers().forEach(ProviderTable::check);
        outgoing = new Outgoing(vertx, parts.settings().oauth());
        Discovery discovery =
                new Discovery(outgoing, parts.clock(), parts.settings().oauth().cacheTime());
        IdTokens idTokens = new IdTokens(discovery, parts.clock());
        SecretBox secrets = new SecretBox(signer.derive("client secrets of providers"), random);
        Providers providers = new Providers(parts, secrets);
        Exchange exchange =
                new Exchange(outgoing, discovery, idTokens, signer.derive("sign-ins by providers"), externalUrl);
        Browsers browsers = new Browsers(externalUrl, parts.settings().oauth().stateExpiry(), random);
        Authorize authorize = new Authorize(parts, providers, exchange, browsers);
        Callback callback = new Callback(parts, providers, exchange, browsers, externalUrl);
        CustomProviders custom = new CustomProviders(parts, secrets, outgoing, discovery);
        idTokenGrant = new IdTokenGrant(parts, providers, idTokens);
        routes = List.of(
                Route.get("/authorize", PUBLIC, authorize),
                Route.get("/callback", PUBLIC, callback),
                Route.post("/callback", PUBLIC, callback),
                Route.get("/user/identities/authorize", USER, authorize::link),
                Route.delete("/user/identities/:identity_id", USER, new Unlink(parts)),
                Route.get("/admin/custom-providers", ADMIN, custom::list),
                Route.post("/admin/custom-providers", ADMIN, custom::create),
                Route.get("/admin/custom-providers/:identifier", ADMIN, custom::get),
                Route.put("/admin/custom-providers/:identifier", ADMIN, custom::update),
                Route.delete("/admin/custom-providers/:identifier", ADMIN, custom::delete));
    }

    public List<Route> routes() {
        return routes;
    }

    /** Of {@code POST /token?grant_type=id_token}. */
    public Endpoint idTokenGrant() {
        return idTokenGrant;
    }

    /** Asks others within limits, also for other packages. */
    public Outgoing outgoing() {
        return outgoing;
    }

    @Override
    public void close() {
        outgoing.close();
    }
}
