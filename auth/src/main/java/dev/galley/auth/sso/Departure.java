package dev.galley.auth.sso;

import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.config.SamlSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Browsers;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.VerifyLink;
import dev.galley.identity.StrictJson;
import dev.galley.saml.IdentityProvider;
import dev.galley.saml.MetadataReader;
import dev.galley.saml.NameId;
import dev.galley.saml.SamlException;
import dev.galley.saml.ServiceProvider;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The way to the identity provider. {@code POST /sso} is asked by the client's code, which keeps no cookies of ours, so it answers an
 * address of this service; the browser that visits it is marked there, and the question with its relay state is made only then:
 * whoever began the sign-in elsewhere knows neither.
 */
final class Departure {
    private static final int ID_BYTES = 20;

    private final Parts parts;
    private final SamlSettings settings;
    private final SelfDescription self;
    private final Browsers browsers;
    private final Supplier<String> base;
    private final SecureRandom random;

    Departure(Parts parts, SelfDescription self, Browsers browsers, Supplier<String> base, SecureRandom random) {
        this.parts = parts;
        this.settings = parts.settings().saml();
        this.self = self;
        this.browsers = browsers;
        this.base = base;
        this.random = random;
    }

    /** {@code POST /sso}. */
    Reply begin(AuthRequest request) throws SQLException {
        self.requireEnabled();
        parts.limits()
                .require(
                        "sso", request.clientAddress(), parts.settings().rates().sso());
        JsonBody body = request.json();
        Optional<CodeChallenge> challenge =
                CodeChallenge.of(body.text("code_challenge"), body.text("code_challenge_method"));
        String redirectTo = body.text("redirect_to")
                .filter(parts.redirects()::allows)
                .orElseGet(() -> parts.redirects().choose(request));
        Wanted wanted = Wanted.of(body);
        // Before the transaction: at the first time it needs the database by itself.
        ServiceProvider us = self.serviceProvider();
        String url = parts.transaction(connection -> {
            ProviderRow provider = wanted.in(connection);
            requireEnabled(provider);
            UUID flow = Flows.begin(connection, redirectTo, challenge, parts.now());
            if (settings.bound()) {
                UUID ticket = Flows.relay(connection, provider.id(), flow, newId(), parts.now());
                return base.get() + "/sso/saml/login?ticket=" + ticket;
            }
            return question(connection, us, provider, flow);
        });
        return body.flag("skip_http_redirect", false)
                ? Reply.ok(StrictJson.newObject().put("url", url))
                : Reply.redirect(303, url);
    }

    /** {@code GET /sso/saml/login}: the browser sets out. A ticket is good for one. */
    Reply depart(AuthRequest request) throws SQLException {
        String site = parts.redirects().choose(Optional.empty());
        try {
            self.requireEnabled();
            UUID ticket = uuid(request.query("ticket").orElse(""))
                    .orElseThrow(() -> AuthError.invalid("ticket is missing").thrown());
            Browsers.Mark mark = browsers.mark(request);
            ServiceProvider us = self.serviceProvider();
            String url = parts.transaction(connection -> {
                Flows.Relay relay = taken(connection, parts, ticket);
                ProviderRow provider =
                        ProviderRow.byId(connection, relay.provider()).orElseThrow(Departure::unknown);
                requireEnabled(provider);
                Flows.Flow flow = Flows.find(connection, relay.flow()).orElseThrow(Departure::gone);
                if (flow.browser().isPresent()) {
                    throw gone();
                }
                Flows.bind(connection, flow.id(), mark.digest(), parts.now());
                return question(connection, us, provider, flow.id());
            });
            return Reply.redirect(302, url).with("Set-Cookie", mark.cookie());
        } catch (AuthException refused) {
            return Reply.redirect(303, VerifyLink.failed(refused.error(), site, true));
        }
    }

    private String question(Connection connection, ServiceProvider us, ProviderRow row, UUID flow) throws SQLException {
        String id = newId();
        UUID relayState = Flows.relay(connection, row.id(), flow, id, parts.now());
        IdentityProvider provider;
        try {
            provider = MetadataReader.read(row.metadata());
        } catch (SamlException e) {
            throw new IllegalStateException("metadata of SSO provider " + row.id() + ": " + e.getMessage(), e);
        }
        return us.question(
                        provider,
                        id,
                        relayState.toString(),
                        row.nameIdFormat().or(() -> Optional.of(NameId.PERSISTENT)),
                        parts.now())
                .toString();
    }

    /** An XML name, which does not begin with a digit. */
    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return "id-" + HexFormat.of().formatHex(bytes);
    }

    /** @throws AuthException when there is none, or it has expired */
    private static Flows.Relay taken(Connection connection, Parts parts, UUID id) throws SQLException {
        Flows.Relay relay = Flows.take(connection, id).orElseThrow(Departure::gone);
        requireTime(parts, relay);
        return relay;
    }

    static void requireTime(Parts parts, Flows.Relay relay) {
        if (!parts.now().isBefore(relay.begun().plus(parts.settings().saml().relayExpiry()))) {
            throw AuthError.of(
                            422,
                            ErrorCode.SAML_RELAY_STATE_EXPIRED,
                            "SAML RelayState has expired. Try logging in again?")
                    .thrown();
        }
    }

    static AuthException gone() {
        return AuthError.of(
                        404,
                        ErrorCode.SAML_RELAY_STATE_NOT_FOUND,
                        "SAML RelayState does not exist, try logging in again?")
                .thrown();
    }

    static AuthException unknown() {
        return AuthError.of(404, ErrorCode.SSO_PROVIDER_NOT_FOUND, "No such SSO provider")
                .thrown();
    }

    static void requireEnabled(ProviderRow provider) {
        if (!provider.enabled()) {
            throw AuthError.of(404, ErrorCode.SSO_PROVIDER_DISABLED, "SSO Provider is currently disabled")
                    .thrown();
        }
    }

    static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    /** By its id, or by a domain of its users. */
    private record Wanted(Optional<UUID> id, Optional<String> domain) {
        static Wanted of(JsonBody body) {
            Optional<String> id = body.text("provider_id");
            Optional<String> domain = body.text("domain");
            if (id.isPresent() == domain.isPresent()) {
                throw AuthError.invalid(
                                id.isPresent()
                                        ? "Only one of provider_id or domain supported"
                                        : "A provider_id or domain needs to be provided")
                        .thrown();
            }
            return new Wanted(
                    id.map(text -> uuid(text)
                            .orElseThrow(() -> AuthError.invalid("provider_id must be an UUID")
                                    .thrown())),
                    domain);
        }

        ProviderRow in(Connection connection) throws SQLException {
            if (id.isPresent()) {
                return ProviderRow.byId(connection, id.get()).orElseThrow(Departure::unknown);
            }
            return ProviderRow.byDomain(connection, domain.orElseThrow().strip())
                    .orElseThrow(() -> AuthError.of(
                                    404, ErrorCode.SSO_PROVIDER_NOT_FOUND, "No SSO provider assigned for this domain")
                            .thrown());
        }
    }
}
