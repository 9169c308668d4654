package dev.galley.identity;

import static dev.galley.identity.TestTokens.NOW;
import static dev.galley.identity.TestTokens.hmac;
import static dev.galley.identity.TestTokens.part;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.galley.identity.TestTokens.MovingClock;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that an identity provider publishes at a URL: rotation, failures, nonsense and attacks. */
class ProviderKeysTest {
    private static final String CLAIMS = "{\"role\":\"authenticated\",\"exp\":" + (NOW + 3600) + "}";
    private static ECKey ec;
    private static ECKey next;
    private static RSAKey rsa;

    @TempDir
    Path folder;

    private JwksServer provider;
    private ProjectKeys keys;
    private KeyAuthenticator authenticator;
    private ProviderKeys provided;

    @BeforeAll
    static void makeKeys() throws Exception {
        ec = ec("ec-1");
        next = ec("ec-2");
        rsa = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
    }

    @BeforeEach
    void start() throws Exception {
        provider = new JwksServer();
        IdentitySettings settings = TestTokens.settings();
        keys = TestTokens.keys(folder, settings);
        authenticator = new KeyAuthenticator(settings, keys, true, new MovingClock());
        provided = new ProviderKeys(authenticator);
    }

    @AfterEach
    void stop() {
        provided.close();
        provider.close();
    }

    @Test
    void tokensOfThePublishedKeysAreAccepted() {
        provider.publish(ec, rsa);
        assertThat(identify(token(ec))).isEqualTo(new Refusal.NoSuitableKey());
        follow();
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
        assertThat(identify(token(
                        new RSAKey.Builder(rsa).algorithm(JWSAlgorithm.RS256).build())))
                .isInstanceOf(Caller.class);
        assertThat(identify(token(keys.signingKeys().getFirst()))).isInstanceOf(Caller.class);
        assertThat(identify(keys.anonKey())).isInstanceOf(Caller.class);
    }

    /** Some providers sign for all their customers with the same keys. */
    @Test
    void tokensOfAnotherCustomerOfTheProviderAreNot() {
        IdentitySettings settings = TestTokens.settings("auth.jwks-issuer=https://issuer.example/ours");
        authenticator.reconfigure(settings, keys);
        provider.publish(ec);
        follow();
        for (String issuer : new String[] {
            "", ",\"iss\":\"https://issuer.example/theirs\"", ",\"iss\":\"https://issuer.example/ours/\"", ",\"iss\":7"
        }) {
            assertThat(identify(ProjectKeys.sign(ec, CLAIMS.replace("}", issuer + "}"))))
                    .as(issuer)
                    .isEqualTo(new Refusal.BadClaim("iss"));
        }
        assertThat(identify(ProjectKeys.sign(ec, CLAIMS.replace("}", ",\"iss\":\"https://issuer.example/ours\"}"))))
                .isInstanceOf(Caller.class);
        assertThat(identify(token(keys.signingKeys().getFirst()))).isInstanceOf(Caller.class);
    }

    @Test
    void anUnknownNameOfAKeyFetchesTheNewKey() {
        provider.publish(ec);
        follow("auth.jwks-refresh=1h", "auth.jwks-min-interval=1ms");
        provider.publish(ec, next);
        assertThat(identify(token(next))).isEqualTo(new Refusal.NoSuitableKey());
        JwksServer.eventually(() -> identify(token(next)) instanceof Caller);
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
    }

    @Test
    void aRemovedKeyTakesItsRememberedTokensAlong() {
        provider.publish(ec);
        follow("auth.jwks-refresh=1ms", "auth.jwks-min-interval=1ms");
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
        provider.publish(next);
        JwksServer.eventually(() -> identify(token(ec)).equals(new Refusal.NoSuitableKey()));
        assertThat(identify(token(next))).isInstanceOf(Caller.class);
        provider.answer(200, "{\"keys\":[]}");
        JwksServer.eventually(() -> identify(token(next)).equals(new Refusal.NoSuitableKey()));
    }

    @Test
    void theSameKeysAgainKeepWhatIsRemembered() {
        provider.publish(ec);
        follow("auth.jwks-refresh=1ms", "auth.jwks-min-interval=1ms");
        String token = token(ec);
        Identified first = identify(token);
        provider.untilAskedAgain(3);
        assertThat(identify(token)).isSameAs(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500 {\"keys\":[]}",
                "404 ",
                "302 {\"keys\":[]}",
                "200 ",
                "200 <html>log in first</html>",
                "200 []",
                "200 {}",
                "200 {\"keys\":{}}",
                "200 {\"keys\":[],\"keys\":[]}",
                "200 {\"keys\":[]} trailing",
                "200 LARGE"
            })
    void afterAFailureTheLastGoodKeysHold(String answer) {
        provider.publish(ec);
        follow("auth.jwks-refresh=1ms", "auth.jwks-min-interval=1ms");
        provider.answer(
                Integer.parseInt(answer.substring(0, 3)),
                answer.substring(4).replace("LARGE", "{\"keys\":[],\"x\":\"" + "x".repeat(70_000) + "\"}"));
        provider.untilAskedAgain(3);
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
        provider.publish(next);
        JwksServer.eventually(() -> identify(token(next)) instanceof Caller);
    }

    @Test
    void aProviderThatCannotBeReachedIsAskedAgain() throws Exception {
        String url = provider.url();
        provider.close();
        provided.follow(TestTokens.settings("auth.jwks-url=" + url, "auth.jwks-min-interval=5ms")
                .jwksUrl());
        provided.awaitFirst();
        assertThat(identify(token(ec))).isEqualTo(new Refusal.NoSuitableKey());
        assertThat(identify(keys.anonKey())).isInstanceOf(Caller.class);
        provider = new JwksServer().publish(ec);
        follow("auth.jwks-min-interval=5ms");
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUp() {
        CountDownLatch over = new CountDownLatch(1);
        provider.publish(ec);
        follow("auth.jwks-refresh=1ms", "auth.jwks-min-interval=1ms", "auth.jwks-timeout=50ms");
        provider.answer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        });
        provider.untilAskedAgain(3);
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
        over.countDown();
    }

    @Test
    void anotherUrlEndsTheKeysOfTheFormer() throws Exception {
        provider.publish(ec);
        follow();
        try (JwksServer other = new JwksServer().publish(next)) {
            provided.follow(TestTokens.settings("auth.jwks-url=" + other.url()).jwksUrl());
            assertThat(identify(token(ec))).isEqualTo(new Refusal.NoSuitableKey());
            provided.awaitFirst();
            assertThat(identify(token(next))).isInstanceOf(Caller.class);
        }
        provided.follow(Optional.empty());
        assertThat(identify(token(next))).isEqualTo(new Refusal.NoSuitableKey());
    }

    @Test
    void otherRulesKeepTheKeys() {
        provider.publish(ec);
        follow();
        authenticator.reconfigure(TestTokens.settings("auth.roles=anon"), keys);
        assertThat(identify(token(ec))).isEqualTo(new Refusal.RoleNotAllowed("authenticated"));
    }

    @Test
    void aFloodOfUnknownNamesAsksOnlyOnce() {
        provider.publish(ec);
        follow("auth.jwks-min-interval=1h");
        for (int i = 0; i < 5_000; i++) {
            String header = "{\"alg\":\"ES256\",\"kid\":\"invented-" + i + "\"}";
            assertThat(identify(part(header) + "." + part(CLAIMS) + ".AAAA")).isEqualTo(new Refusal.NoSuitableKey());
        }
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
        assertThat(provider.questions).hasValue(1);
    }

    @Test
    void aPublishedKeyIsNoSecretToSignWith() throws Exception {
        provider.publish(ec, rsa);
        follow();
        byte[][] secrets = {
            rsa.toRSAPublicKey().getEncoded(),
            rsa.toPublicJWK().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8),
            ec.toECPublicKey().getEncoded()
        };
        for (byte[] secret : secrets) {
            assertThat(identify(hmac("HmacSHA256", "{\"alg\":\"HS256\"}", CLAIMS, secret)))
                    .isEqualTo(new Refusal.BadSignature());
            for (String kid : new String[] {"rsa-1", "ec-1"}) {
                assertThat(identify(hmac("HmacSHA256", "{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}", CLAIMS, secret)))
                        .isEqualTo(new Refusal.NoSuitableKey());
            }
        }
    }

    @Test
    void theNameOfAKeyOfAnotherAlgorithmFindsNothing() {
        provider.publish(ec, rsa);
        follow();
        String token = ProjectKeys.sign(new ECKey.Builder(ec).keyID("rsa-1").build(), CLAIMS);
        assertThat(identify(token)).isEqualTo(new Refusal.NoSuitableKey());
        assertThat(identify(
                        ProjectKeys.sign(new ECKey.Builder(next).keyID("ec-1").build(), CLAIMS)))
                .isEqualTo(new Refusal.BadSignature());
    }

    /** A page with a secret on it must not make everybody who reads it an administrator. */
    @Test
    void secretsThatAProviderPublishesAreWorthNothing() throws Exception {
        OctetSequenceKey secret = new OctetSequenceKeyGenerator(256)
                .keyID("oct-1")
                .algorithm(JWSAlgorithm.HS256)
                .generate();
        provider.answer(200, set(ec.toJSONString(), secret.toJSONString()));
        follow();
        assertThat(identify(token(secret))).isEqualTo(new Refusal.NoSuitableKey());
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
        assertThat(identify(ProjectKeys.sign(ec, "{\"role\":\"service_role\"}")))
                .isEqualTo(new Refusal.RoleNotAllowed("service_role"));
        assertThat(authenticator.publicJwks()).doesNotContain("ec-1");
    }

    /** Whoever takes the name of one of our keys must not push it aside. */
    @Test
    void aPublishedKeyWithTheNameOfOursReplacesNothing() {
        JWK ours = keys.signingKeys().getFirst();
        provider.publish(new ECKey.Builder(ec).keyID(ours.getKeyID()).build());
        follow();
        assertThat(identify(token(ours))).isInstanceOf(Caller.class);
        assertThat(identify(ProjectKeys.sign(ours, "{\"role\":\"service_role\"}")))
                .isInstanceOf(Caller.class);
        assertThat(identify(ProjectKeys.sign(
                        new ECKey.Builder(ec).keyID(ours.getKeyID()).build(), "{\"role\":\"service_role\"}")))
                .isEqualTo(new Refusal.RoleNotAllowed("service_role"));
    }

    @Test
    void aKeyThatCannotBeUsedDoesNotSpoilTheOthers() throws Exception {
        RSAKey encryption =
                new RSAKeyGenerator(2048).keyID("enc").keyUse(KeyUse.ENCRYPTION).generate();
        RSAKey small = new RSAKeyGenerator(1024, true).keyID("small").generate();
        provider.answer(
                200,
                set(
                        "{\"kty\":\"AKP\",\"kid\":\"future\",\"alg\":\"ML-DSA-44\",\"pub\":\"AA\"}",
                        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
                        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}",
                        "\"text\"",
                        "null",
                        encryption.toPublicJWK().toJSONString(),
                        small.toPublicJWK().toJSONString(),
                        ec.toPublicJWK().toJSONString()));
        follow();
        assertThat(identify(token(ec))).isInstanceOf(Caller.class);
        assertThat(identify(token(new RSAKey.Builder(encryption)
                        .keyUse(null)
                        .algorithm(JWSAlgorithm.RS256)
                        .build())))
                .isEqualTo(new Refusal.NoSuitableKey());
    }

    private void follow(String... assignments) {
        String[] all = Stream.concat(Stream.of("auth.jwks-url=" + provider.url()), Arrays.stream(assignments))
                .toArray(String[]::new);
        provided.follow(TestTokens.settings(all).jwksUrl());
        provided.awaitFirst();
    }

    private Identified identify(String token) {
        return authenticator.identify(Optional.of("Bearer " + token), Optional.empty());
    }

    private static String token(JWK key) {
        return ProjectKeys.sign(key, CLAIMS);
    }

    private static ECKey ec(String kid) throws Exception {
        return new ECKeyGenerator(Curve.P_256)
                .keyID(kid)
                .algorithm(JWSAlgorithm.ES256)
                .generate();
    }

    private static String set(String... jwks) {
        return "{\"keys\":[" + String.join(",", jwks) + "]}";
    }
}
