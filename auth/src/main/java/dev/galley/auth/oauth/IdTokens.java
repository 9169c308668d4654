package dev.galley.auth.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.galley.identity.StrictJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Verifies ID tokens (OpenID Connect Core 3.1.3.7): the issuer is the provider's own, the token is for us, it holds now and it
 * answers our question. Which key and which issuer count never follows from the token.
 */
final class IdTokens {
    private static final int MAX_LENGTH = 64 * 1024;
    private static final int CLOCK_SKEW_SECONDS = 30;
    private static final String PRIVATE_MICROSOFT_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad";

    /** Signatures with a public key; with a secret (HS256) anybody could sign who knows the published keys. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final Discovery discovery;
    private final Clock clock;

    IdTokens(Discovery discovery, Clock clock) {
        this.discovery = discovery;
        this.clock = clock;
    }

    /** @throws ProviderFailure when the token is not to be believed */
    ObjectNode verified(Provider provider, String token) throws ProviderFailure {
        if (token.length() > MAX_LENGTH) {
            throw new ProviderFailure("the ID token is too long");
        }
        Discovery.Metadata metadata = discovery.of(provider);
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWKSet keys = discovery.keys(
                    metadata.keys(), Optional.ofNullable(jwt.getHeader().getKeyID()), provider.reach());
            DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys)));
            processor.setJWTClaimsSetVerifier(timeAndAudience(provider));
            processor.process(jwt, null);
            ObjectNode claims = StrictJson.object(jwt.getPayload().toBytes())
                    .orElseThrow(() -> new ProviderFailure("the ID token is not JSON"))
                    .object();
            requireIssuer(provider, metadata, claims);
            requireParty(provider, claims);
            return claims;
        } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException refused) {
            throw new ProviderFailure(
                    "the ID token is refused: " + refused.getClass().getSimpleName());
        }
    }

    private DefaultJWTClaimsVerifier<SecurityContext> timeAndAudience(Provider provider) {
        DefaultJWTClaimsVerifier<SecurityContext> verifier =
                new DefaultJWTClaimsVerifier<>(
                        new HashSet<>(provider.settings().clientIds()),
                        new JWTClaimsSet.Builder().build(),
                        Set.of("iss", "sub", "aud", "exp", "iat"),
                        Set.of()) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        verifier.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        return verifier;
    }

    static void requireIssuer(Provider provider, Discovery.Metadata metadata, ObjectNode claims)
            throws ProviderFailure {
        String issuer = claims.path("iss").asString("");
        if (!provider.spec().tenants()) {
            if (!provider.spec().issuers().contains(issuer)) {
                throw new ProviderFailure("the ID token is of another issuer");
            }
            return;
        }
        String tenant = claims.path("tid").asString("");
        boolean right = Discovery.AZURE.matcher(issuer).matches()
                && !issuer.contains("{")
                && issuer.equals(metadata.issuer().replace("{tenantid}", tenant))
                && (provider.settings().tenants().isEmpty()
                        || provider.settings().tenants().contains(tenant));
        boolean organizationsOnly = provider.settings()
                .url()
                .filter(url -> url.endsWith("/organizations"))
                .isPresent();
        if (!right || (organizationsOnly && tenant.equals(PRIVATE_MICROSOFT_ACCOUNTS))) {
            throw new ProviderFailure("the ID token is of another tenant");
        }
    }

    /** A token for several, or one given to somebody else to pass on, must have been given to us. */
    private static void requireParty(Provider provider, ObjectNode claims) throws ProviderFailure {
        boolean several = claims.path("aud").isArray() && claims.path("aud").size() > 1;
        if (claims.has("azp") || several) {
            if (!provider.settings().clientIds().contains(claims.path("azp").asString(""))) {
                throw new ProviderFailure("the ID token was given to another client");
            }
        }
    }

    /** @throws ProviderFailure when the token answers another question than ours */
    static void requireNonce(ObjectNode claims, String expected) throws ProviderFailure {
        String nonce = claims.path("nonce").asString("");
        if (!MessageDigest.isEqual(nonce.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8))) {
            throw new ProviderFailure("the ID token has another nonce");
        }
    }

    /** Where the token says which access token it came with, it must be this one. */
    static void requireAccessToken(String token, ObjectNode claims, String accessToken) throws ProviderFailure {
        String expected = claims.path("at_hash").asString("");
        if (expected.isEmpty()) {
            return;
        }
        try {
            String algorithm = SignedJWT.parse(token).getHeader().getAlgorithm().getName();
            byte[] hash = MessageDigest.getInstance("SHA-" + algorithm.substring(2))
                    .digest(accessToken.getBytes(StandardCharsets.US_ASCII));
            String half = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, hash.length / 2));
            if (!MessageDigest.isEqual(
                    half.getBytes(StandardCharsets.US_ASCII), expected.getBytes(StandardCharsets.UTF_8))) {
                throw new ProviderFailure("the ID token belongs to another access token");
            }
        } catch (ParseException | NoSuchAlgorithmException e) {
            throw new ProviderFailure("the ID token cannot be read");
        }
    }
}
