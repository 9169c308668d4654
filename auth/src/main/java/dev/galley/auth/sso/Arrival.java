package dev.galley.auth.sso;

import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.UsedOnce;
import dev.galley.auth.config.SamlSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.Redirects;
import dev.galley.auth.flow.VerifyLink;
import dev.galley.auth.flow.Vouched;
import dev.galley.auth.token.SignIns;
import dev.galley.identity.StrictJson;
import dev.galley.saml.Assertion;
import dev.galley.saml.SamlException;
import dev.galley.saml.ServiceProvider;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * {@code POST /sso/saml/acs}: a form that the identity provider's page has the browser send. The relay state is used up first, whatever
 * follows. A sign-in that is bound to its browser goes on at {@link Completion}, where the browser comes by itself and brings its
 * cookie; others end here, at the application. Errors go there too.
 */
final class Arrival implements Endpoint {
    private static final System.Logger LOG = System.getLogger(Arrival.class.getName());
    private static final int MAX_FIELDS = 16;

    private final Parts parts;
    private final SamlSettings settings;
    private final SelfDescription self;
    private final MetadataSource metadata;
    private final Supplier<String> base;

    Arrival(Parts parts, SelfDescription self, MetadataSource metadata, Supplier<String> base) {
        this.parts = parts;
        this.settings = parts.settings().saml();
        this.self = self;
        this.metadata = metadata;
        this.base = base;
    }

    /** What the answer is to; nothing of the flow for one that nobody asked for. */
    private record Question(ProviderRow provider, Optional<String> id, Optional<Flows.Flow> flow, String redirectTo) {}

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        String redirectTo = parts.redirects().choose(Optional.empty());
        try {
            self.requireEnabled();
            parts.limits().require("saml-assertions", request.clientAddress(), settings.assertions());
            Map<String, String> fields = fields(request);
            String relayState = fields.getOrDefault("RelayState", "");
            Optional<UUID> relay = Departure.uuid(relayState);
            Question question = relay.isPresent() ? asked(relay.get()) : unasked(response(fields), relayState);
            redirectTo = question.redirectTo();
            Departure.requireEnabled(question.provider());
            return Reply.redirect(303, finish(request, question, response(fields)));
        } catch (AuthException refused) {
            return Reply.redirect(303, VerifyLink.failed(refused.error(), redirectTo, true));
        }
    }

    private static Map<String, String> fields(AuthRequest request) {
        Map<String, String> fields = new HashMap<>();
        String form = request.body().toString(StandardCharsets.UTF_8);
        try {
            new QueryStringDecoder(form, StandardCharsets.UTF_8, false, MAX_FIELDS)
                    .parameters()
                    .forEach((name, values) -> fields.put(name, values.getFirst()));
        } catch (IllegalArgumentException noForm) {
            throw AuthError.invalid("The body is no form").thrown();
        }
        return fields;
    }

    private byte[] response(Map<String, String> fields) {
        String text = fields.getOrDefault("SAMLResponse", "");
        if (text.isEmpty()) {
            throw AuthError.invalid("SAMLResponse is missing").thrown();
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(text);
            if (bytes.length > settings.maxResponse()) {
                throw AuthError.of(
                                413,
                                ErrorCode.REQUEST_ENTITY_TOO_LARGE,
                                "SAMLResponse is longer than " + settings.maxResponse() + " bytes")
                        .thrown();
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw AuthError.invalid("SAMLResponse is not a valid Base64 string").thrown();
        }
    }

    /** In a transaction of its own: the relay state is gone also when the rest fails. */
    private Question asked(UUID relayState) throws SQLException {
        Flows.Relay relay = parts.transaction(connection -> Flows.take(connection, relayState))
                .orElseThrow(Departure::gone);
        Departure.requireTime(parts, relay);
        return parts.transaction(connection -> {
            Flows.Flow flow = Flows.find(connection, relay.flow())
                    .filter(open -> open.user().isEmpty() && open.browser().isPresent() == settings.bound())
                    .orElseThrow(Departure::gone);
            ProviderRow provider =
                    ProviderRow.byId(connection, relay.provider()).orElseThrow(Departure::unknown);
            return new Question(
                    provider,
                    Optional.of(relay.question()),
                    Optional.of(flow),
                    parts.redirects().choose(Optional.of(flow.redirectTo())));
        });
    }

    private Question unasked(byte[] response, String relayState) throws SQLException {
        if (!settings.unasked()) {
            throw AuthError.invalid("A sign-in must not begin at the identity provider")
                    .thrown();
        }
        String issuer;
        try {
            issuer = ServiceProvider.claimedIssuer(response);
        } catch (SamlException e) {
            throw invalid(e);
        }
        ProviderRow provider = parts.transaction(connection -> ProviderRow.byEntity(connection, issuer))
                .orElseThrow(() -> AuthError.of(
                                404,
                                ErrorCode.SAML_IDP_NOT_FOUND,
                                "A SAML connection has not been established with this Identity Provider")
                        .thrown());
        return new Question(
                provider,
                Optional.empty(),
                Optional.empty(),
                parts.redirects().choose(Optional.of(relayState).filter(url -> !url.isEmpty())));
    }

    private String finish(AuthRequest request, Question question, byte[] response) throws SQLException {
        Assertion assertion;
        try {
            assertion = self.serviceProvider()
                    .judge(response, metadata.current(question.provider()), question.id(), parts.now());
        } catch (SamlException e) {
            LOG.log(
                    Level.INFO,
                    "request {0}: SSO provider {1}: {2}",
                    request.id(),
                    question.provider().id(),
                    e.getMessage());
            throw invalid(e);
        }
        Vouched user = Subject.of(assertion, question.provider());
        return parts.creation(connection -> arrived(connection, request, question, assertion, user));
    }

    private String arrived(
            Connection connection, AuthRequest request, Question question, Assertion assertion, Vouched user)
            throws SQLException {
        String whole = question.provider().id() + "\n" + assertion.id();
        if (!UsedOnce.first(connection, "saml", whole, assertion.until())) {
            throw AuthError.invalid("SAML Assertion has been used already").thrown();
        }
        UUID id = user.signIn(connection, parts, request, StrictJson.newObject());
        if (question.flow().isEmpty()) {
            return withTokens(connection, parts, request, question.redirectTo(), id, assertion.sessionEnd());
        }
        Flows.Flow flow = question.flow().get();
        if (flow.browser().isPresent() || flow.challenged()) {
            String code = UUID.randomUUID().toString();
            Flows.arrive(connection, flow.id(), id, code, assertion.sessionEnd(), parts.now());
            return flow.browser().isPresent()
                    ? base.get() + "/sso/saml/complete?code=" + code
                    : Redirects.withQuery(question.redirectTo(), Map.of("code", code));
        }
        FlowStates.end(connection, flow.id());
        return withTokens(connection, parts, request, question.redirectTo(), id, assertion.sessionEnd());
    }

    /** The end of a sign-in whose client gets tokens and not a code. */
    static String withTokens(
            Connection connection,
            Parts parts,
            AuthRequest request,
            String redirectTo,
            UUID user,
            Optional<Instant> sessionEnd)
            throws SQLException {
        Map<String, String> fragment = VerifyLink.fragment(
                parts.signIns().beginUntil(connection, user, SignIns.SSO, Parts.client(request), sessionEnd), "");
        fragment.remove("type");
        return Redirects.withFragment(redirectTo, fragment);
    }

    private static AuthException invalid(SamlException e) {
        return AuthError.invalid("SAML Assertion is not valid: " + e.getMessage())
                .thrown();
    }
}
