package dev.galley.auth.sso;

import static dev.galley.auth.edge.Endpoint.Access.ADMIN;
import static dev.galley.auth.edge.Endpoint.Access.KEY;
import static dev.galley.auth.edge.Endpoint.Access.PUBLIC;

import dev.galley.auth.captcha.Captcha;
import dev.galley.auth.edge.Route;
import dev.galley.auth.flow.Browsers;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.oauth.Outgoing;
import dev.galley.identity.TokenSigner;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Supplier;

/** Puts the package together. */
public final class Sso {
    private final List<Route> routes;

    /** @param externalUrl of {@code /auth/v1}; never taken from a request */
    public Sso(
            Parts parts,
            TokenSigner signer,
            Supplier<String> externalUrl,
            SecureRandom random,
            Outgoing outgoing,
            Captcha captcha) {
        Supplier<String> base = () -> parts.settings().saml().externalUrl().orElseGet(externalUrl);
        SelfDescription self = new SelfDescription(parts, signer, base, random);
        MetadataSource metadata = new MetadataSource(parts, outgoing);
        Browsers browsers = new Browsers(base, parts.settings().saml().relayExpiry(), random);
        Departure departure = new Departure(parts, self, browsers, base, random);
        Arrival arrival = new Arrival(parts, self, metadata, base);
        Completion completion = new Completion(parts, browsers);
        ProviderAdmin admin = new ProviderAdmin(parts, metadata);
        // The path from the root is where self-hosted projects have them.
        routes = List.of(
                Route.post("/sso", KEY, captcha.before(departure::begin)),
                Route.get("/sso/saml/login", PUBLIC, departure::depart),
                Route.get("/sso/saml/metadata", PUBLIC, self),
                Route.post("/sso/saml/acs", PUBLIC, arrival),
                Route.get("/sso/saml/complete", PUBLIC, completion),
                Route.get(Route.ROOT + "sso/saml/login", PUBLIC, departure::depart),
                Route.get(Route.ROOT + "sso/saml/metadata", PUBLIC, self),
                Route.post(Route.ROOT + "sso/saml/acs", PUBLIC, arrival),
                Route.get(Route.ROOT + "sso/saml/complete", PUBLIC, completion),
                Route.get("/admin/sso/providers", ADMIN, admin::list),
                Route.post("/admin/sso/providers", ADMIN, admin::create),
                Route.get("/admin/sso/providers/:id", ADMIN, admin::get),
                Route.put("/admin/sso/providers/:id", ADMIN, admin::update),
                Route.delete("/admin/sso/providers/:id", ADMIN, admin::delete));
    }

    public List<Route> routes() {
        return routes;
    }
}
