package dev.galley.auth.oauth;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Callers;
import dev.galley.auth.flow.Parts;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /token?grant_type=id_token}: a mobile application has signed the user in with a provider by itself. */
final class IdTokenGrant implements Endpoint {
    private static final System.Logger LOG = System.getLogger(IdTokenGrant.class.getName());

    private final Parts parts;
    private final Providers providers;
    private final IdTokens idTokens;
    private final Linking linking;

    IdTokenGrant(Parts parts, Providers providers, IdTokens idTokens) {
        this.parts = parts;
        this.providers = providers;
        this.idTokens = idTokens;
        this.linking = new Linking(parts);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        String token = body.text("id_token")
                .orElseThrow(() -> AuthError.invalid("id_token required").thrown());
        Provider provider = provider(body);
        Optional<UUID> target = target(request, body);
        Profile profile;
        try {
            profile = profile(provider, body, token);
        } catch (ProviderFailure failure) {
            LOG.log(Level.INFO, "request {0}: provider {1}: {2}", request.id(), provider.name(), failure.getMessage());
            throw AuthError.of(400, ErrorCode.VALIDATION_FAILED, "Bad ID token").thrown();
        }
        String redirectTo = parts.redirects().choose(request);
        return parts.creation(connection -> {
                    Linking.Outcome outcome = target.isPresent()
                            ? new Linking.SignedIn(linking.linkTo(connection, request, provider, profile, target.get()))
                            : linking.signIn(connection, request, provider, profile, redirectTo);
                    return switch (outcome) {
                        case Linking.SignedIn in ->
                            Result.of(Reply.ok(parts.signIns()
                                    .begin(connection, in.user(), "oauth", Parts.client(request))
                                    .json()));
                        case Linking.Refused refused -> new Result(Optional.empty(), Optional.of(refused.error()));
                    };
                })
                .orThrow();
    }

    /** Committed before it is thrown: a confirmation may be on its way. */
    private record Result(Optional<Reply> reply, Optional<AuthError> error) {
        static Result of(Reply reply) {
            return new Result(Optional.of(reply), Optional.empty());
        }

        Reply orThrow() {
            return reply.orElseThrow(() -> error.orElseThrow().thrown());
        }
    }

    /** The issuer follows from the provider; a client that names only the issuer must name one that is configured. */
    private Provider provider(JsonBody body) throws SQLException {
        Optional<String> name = body.text("provider");
        Optional<String> issuer = body.text("issuer");
        Provider provider;
        if (name.isPresent()) {
            provider = providers.require(name.get());
        } else {
            provider = issuer.flatMap(providers::byIssuer)
                    .orElseThrow(() -> AuthError.invalid(
                                    issuer.isEmpty()
                                            ? "provider or client_id and issuer required"
                                            : "No provider with this issuer is enabled")
                            .thrown());
        }
        if (provider.spec().discovery().isEmpty()) {
            throw AuthError.invalid("The provider has no ID tokens").thrown();
        }
        if (issuer.isPresent()
                && !provider.spec().tenants()
                && !provider.spec().issuers().contains(issuer.get())) {
            throw AuthError.invalid("Provided issuer does not match the provider")
                    .thrown();
        }
        if (body.text("client_id")
                .filter(id -> !provider.settings().clientIds().contains(id))
                .isPresent()) {
            throw AuthError.invalid("Provided client_id is not that of the provider")
                    .thrown();
        }
        return provider;
    }

    private Optional<UUID> target(AuthRequest request, JsonBody body) throws SQLException {
        if (!body.flag("link_identity", false)) {
            return Optional.empty();
        }
        if (!parts.settings().manualLinking()) {
            throw AuthError.of(404, ErrorCode.MANUAL_LINKING_DISABLED, "Manual linking is disabled")
                    .thrown();
        }
        Callers.SignedIn caller =
                parts.transaction(connection -> parts.callers().signedIn(connection, request));
        caller.requireStepUp();
        Authorize.requireOwnIdentities(caller.user());
        return Optional.of(caller.user().id());
    }

    private Profile profile(Provider provider, JsonBody body, String token) throws ProviderFailure {
        ObjectNode claims = idTokens.verified(provider, token);
        if (!provider.settings().skipNonceCheck()) {
            Optional<String> nonce = body.text("nonce");
            if (nonce.isPresent() != claims.hasNonNull("nonce")) {
                throw AuthError.invalid("Passed nonce and nonce in id_token should either both exist or not.")
                        .thrown();
            }
            if (nonce.isPresent()) {
                IdTokens.requireNonce(claims, sha256(nonce.get()));
            }
        }
        Optional<String> accessToken = body.text("access_token");
        if (accessToken.isPresent()) {
            IdTokens.requireAccessToken(token, claims, accessToken.get());
        }
        // A provider whose profile has a form of its own still has the claims of OpenID Connect in its ID tokens.
        ProfileMapping mapping = provider.spec().byIdToken() ? provider.spec().mapping() : ProfileMapping.STANDARD;
        return mapping.profile(
                claims, claims.path("iss").asString(""), provider.settings().trustEmail());
    }

    private static String sha256(String nonce) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(nonce.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
