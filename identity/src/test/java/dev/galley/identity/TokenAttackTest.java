package dev.galley.identity;

import static dev.galley.identity.TestTokens.NOW;
import static dev.galley.identity.TestTokens.SECRET;
import static dev.galley.identity.TestTokens.hmac;
import static dev.galley.identity.TestTokens.hs256;
import static dev.galley.identity.TestTokens.part;
import static dev.galley.identity.TestTokens.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.galley.identity.TestTokens.MovingClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Forged, stale and odd tokens against a project with a secret, an ES256 signing key and foreign RSA and EC keys. */
class TokenAttackTest {
    private static final String CLAIMS = "{\"role\":\"authenticated\",\"exp\":" + (NOW + 3600) + "}";
    private static final String HS = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

    @TempDir
    static Path folder;

    private static RSAKey rsa;
    private static ECKey ec;
    private static ECKey stranger;
    private static ProjectKeys keys;
    private static KeyAuthenticator authenticator;

    @BeforeAll
    static void makeKeys() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
        ec = new ECKeyGenerator(Curve.P_256)
                .keyID("ec-1")
                .algorithm(JWSAlgorithm.ES256)
                .generate();
        stranger = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
        IdentitySettings settings = TestTokens.settings(
                "auth.jwks=" + new JWKSet(List.<JWK>of(rsa, ec)).toPublicJWKSet(),
                "auth.jwt-audience=authenticated",
                "auth.token-limit=8192");
        keys = TestTokens.keys(folder, settings);
        authenticator = new KeyAuthenticator(settings, keys, true, new MovingClock());
    }

    @TestFactory
    Stream<DynamicTest> everyForgeryIsRefused() throws Exception {
        Map<String, Map.Entry<String, Refusal>> table = new LinkedHashMap<>();
        Refusal unsigned = new Refusal.UnsupportedAlgorithm("JWT is unsecured but expected 'alg' was not 'none'");
        for (String none : List.of("none", "None", "nOnE", "NONE")) {
            put(table, "alg " + none, part("{\"alg\":\"" + none + "\"}") + "." + part(CLAIMS) + ".", unsigned);
            put(
                    table,
                    "alg " + none + " with a good signature",
                    hs256("{\"alg\":\"" + none + "\"}", CLAIMS, SECRET),
                    unsigned);
        }
        put(table, "no signature", part(HS) + "." + part(CLAIMS) + ".", new Refusal.BadSignature());
        put(
                table,
                "another secret",
                hs256(HS, CLAIMS, "another secret of 32 characters!!"),
                new Refusal.BadSignature());
        put(table, "claims changed after signing", swapClaims(hs256(HS, CLAIMS, SECRET)), new Refusal.BadSignature());
        put(
                table,
                "RSA public key as HMAC secret, its kid",
                hmac(
                        "HmacSHA256",
                        "{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}",
                        CLAIMS,
                        rsa.toRSAPublicKey().getEncoded()),
                new Refusal.NoSuitableKey());
        put(
                table,
                "RSA public key as HMAC secret, no kid",
                hmac(
                        "HmacSHA256",
                        "{\"alg\":\"HS256\"}",
                        CLAIMS,
                        rsa.toRSAPublicKey().getEncoded()),
                new Refusal.BadSignature());
        put(
                table,
                "RSA public key in PEM as HMAC secret",
                hmac("HmacSHA256", "{\"alg\":\"HS256\"}", CLAIMS, pem(rsa).getBytes(StandardCharsets.UTF_8)),
                new Refusal.BadSignature());
        put(
                table,
                "ES256 with r = s = 0",
                part("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}") + "." + part(CLAIMS) + "."
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]),
                new Refusal.BadSignature());
        put(
                table,
                "ES256 with an empty signature",
                part("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}") + "." + part(CLAIMS) + ".",
                new Refusal.BadSignature());
        put(
                table,
                "ES256 by a stranger's key with our kid",
                ProjectKeys.sign(stranger, CLAIMS),
                new Refusal.BadSignature());
        put(
                table,
                "ES256 key used for ES384",
                part("{\"alg\":\"ES384\",\"kid\":\"ec-1\"}") + "." + part(CLAIMS) + ".AAAA",
                new Refusal.NoSuitableKey());
        for (String kid : List.of("../../dev/null", "' or 1=1 --", "unknown", "")) {
            put(
                    table,
                    "kid " + kid,
                    hs256("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}", CLAIMS, SECRET),
                    new Refusal.NoSuitableKey());
        }
        put(
                table,
                "HS512 with a secret too short for it",
                hmac("HmacSHA512", "{\"alg\":\"HS512\"}", CLAIMS, SECRET.getBytes(StandardCharsets.UTF_8)),
                new Refusal.NoSuitableKey());
        put(
                table,
                "unknown algorithm",
                hs256("{\"alg\":\"XS256\"}", CLAIMS, SECRET),
                new Refusal.UnsupportedAlgorithm("The algorithm of the JWT is not one for signatures"));
        put(
                table,
                "algorithm of an encryption",
                hs256("{\"alg\":\"PBES2-HS256+A128KW\"}", CLAIMS, SECRET),
                new Refusal.UnsupportedAlgorithm("The algorithm of the JWT is not one for signatures"));
        put(
                table,
                "algorithm in lower case",
                hs256("{\"alg\":\"hs256\"}", CLAIMS, SECRET),
                new Refusal.UnsupportedAlgorithm("The algorithm of the JWT is not one for signatures"));
        for (String header : List.of("jku", "x5u", "jwk", "x5c", "crit", "b64", "zip", "p2c", "enc")) {
            put(
                    table,
                    "header " + header,
                    hs256("{\"alg\":\"HS256\",\"" + header + "\":[1000000000]}", CLAIMS, SECRET),
                    malformed("The JWT header '" + header + "' is not accepted"));
        }
        put(table, "alg twice", hs256("{\"alg\":\"HS256\",\"alg\":\"none\"}", CLAIMS, SECRET), undecodable());
        put(table, "alg is a number", hs256("{\"alg\":1}", CLAIMS, SECRET), undecodable());
        put(table, "kid is an object", hs256("{\"alg\":\"HS256\",\"kid\":{}}", CLAIMS, SECRET), undecodable());
        put(table, "header is an array", hs256("[]", CLAIMS, SECRET), undecodable());
        put(table, "text after the header", hs256(HS + "{}", CLAIMS, SECRET), undecodable());
        put(
                table,
                "type of a logout token",
                hs256("{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", CLAIMS, SECRET),
                malformed("Unsupported token type"));
        put(
                table,
                "role twice",
                hs256("{\"role\":\"anon\",\"role\":\"service_role\"}"),
                malformed("Parsing claims failed"));
        put(table, "claims are no object", hs256("[]"), malformed("Parsing claims failed"));
        put(table, "claims are no UTF-8", invalidUtf8(), malformed("Parsing claims failed"));
        put(
                table,
                "claims nested too deep",
                hs256("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}"),
                malformed("Parsing claims failed"));
        put(table, "empty", "", malformed("Empty JWT is sent in Authorization header"));
        put(table, "two parts", "a.b", malformed("Expected 3 parts in JWT; got 2"));
        put(table, "five parts, an encryption", "a.b.c.d.e", malformed("Expected 3 parts in JWT; got 5"));
        put(table, "not base64", "!!.??.**", undecodable());
        put(table, "padding", hs256(CLAIMS) + "=", undecodable());
        put(
                table,
                "a megabyte of claims",
                hs256("{\"a\":\"" + "x".repeat(1_000_000) + "\"}"),
                malformed("The JWT is longer than 8192 bytes"));
        put(table, "expired", hs256("{\"role\":\"authenticated\",\"exp\":" + (NOW - 31) + "}"), new Refusal.Expired());
        put(table, "expired at the beginning of time", hs256("{\"exp\":-1e10}"), new Refusal.Expired());
        put(table, "not yet valid", user(",\"nbf\":" + (NOW + 31)), new Refusal.NotYetValid());
        put(table, "issued in the future", user(",\"iat\":" + (NOW + 31)), new Refusal.IssuedInFuture());
        for (String claim : List.of("exp", "nbf", "iat")) {
            for (String value : List.of("\"1\"", "[]", "true", "1e1000000000", "1e400")) {
                put(
                        table,
                        claim + " is " + value,
                        hs256("{\"" + claim + "\":" + value + "}"),
                        new Refusal.BadClaim(claim));
            }
        }
        put(table, "another audience", user(",\"aud\":\"other\""), new Refusal.WrongAudience());
        put(table, "other audiences", user(",\"aud\":[\"other\",\"\"]"), new Refusal.WrongAudience());
        put(table, "audience is a number", user(",\"aud\":1"), new Refusal.BadClaim("aud"));
        put(table, "audiences with a number", user(",\"aud\":[\"authenticated\",1]"), new Refusal.BadClaim("aud"));
        put(table, "issuer is a number", user(",\"iss\":1"), new Refusal.BadClaim("iss"));
        put(table, "subject is an object", hs256("{\"role\":\"anon\",\"sub\":{}}"), new Refusal.BadClaim("sub"));
        for (String role : List.of("postgres", "supabase_admin", "none", "", "ANON", "anon\\u0000", "authenticator")) {
            put(
                    table,
                    "role " + role,
                    hs256("{\"role\":\"" + role + "\"}"),
                    new Refusal.RoleNotAllowed(role.replace("\\u0000", "\0")));
        }
        for (String role : List.of("[\"anon\"]", "1", "{}", "true")) {
            put(table, "role is " + role, hs256("{\"role\":" + role + "}"), new Refusal.BadClaim("role"));
        }
        put(
                table,
                "service role by a foreign provider's key",
                ProjectKeys.sign(foreign(), "{\"role\":\"service_role\"}"),
                new Refusal.RoleNotAllowed("service_role"));
        return table.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    assertThat(asBearer(row.getValue().getKey()))
                            .isEqualTo(row.getValue().getValue());
                    // A second time, so that nothing refused is remembered as good.
                    assertThat(asBearer(row.getValue().getKey()))
                            .isEqualTo(row.getValue().getValue());
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyGoodTokenIsAccepted() throws Exception {
        ECKey other = foreign();
        Map<String, String> table = new LinkedHashMap<>();
        table.put("HS256", hs256(CLAIMS));
        table.put("no type", hs256("{\"alg\":\"HS256\"}", CLAIMS, SECRET));
        table.put("access token type", hs256("{\"alg\":\"HS256\",\"typ\":\"at+JWT\"}", CLAIMS, SECRET));
        table.put("no times", hs256("{\"role\":\"authenticated\"}"));
        table.put("null is like absent", hs256("{\"role\":\"authenticated\",\"exp\":null,\"aud\":null}"));
        table.put("expired within the leeway", hs256("{\"role\":\"authenticated\",\"exp\":" + (NOW - 30) + "}"));
        table.put("a fraction of a second", hs256("{\"role\":\"authenticated\",\"exp\":" + (NOW + 1) + ".5}"));
        table.put("issued within the leeway", user(",\"iat\":" + (NOW + 30)));
        table.put("audience", user(",\"aud\":\"authenticated\""));
        table.put("one of the audiences", user(",\"aud\":[\"x\",\"authenticated\"]"));
        table.put("no audiences", user(",\"aud\":[]"));
        table.put(
                "RS256",
                ProjectKeys.sign(
                        new RSAKey.Builder(rsa).algorithm(JWSAlgorithm.RS256).build(), CLAIMS));
        table.put(
                "PS256",
                ProjectKeys.sign(
                        new RSAKey.Builder(rsa).algorithm(JWSAlgorithm.PS256).build(), CLAIMS));
        table.put("ES256 with kid", ProjectKeys.sign(other, CLAIMS));
        table.put(
                "ES256 without kid",
                ProjectKeys.sign(new ECKey.Builder(other).keyID(null).build(), CLAIMS));
        table.put("our own signing key", ProjectKeys.sign(keys.signingKeys().getFirst(), CLAIMS));
        return table.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.getKey(),
                        () -> assertThat(asBearer(row.getValue())).isInstanceOfSatisfying(Caller.class, caller -> {
                            assertThat(caller.role()).isEqualTo("authenticated");
                            assertThat(caller.authenticated()).isTrue();
                        })));
    }

    @Test
    void ed25519IsVerifiedByTheKeyOfTheSetOnly() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        String x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        IdentitySettings settings = TestTokens.settings(
                "auth.jwks={\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"ed\",\"x\":\"" + x + "\"}");
        KeyAuthenticator authenticator = new KeyAuthenticator(settings, keys, true, new MovingClock());
        String signed = part("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}") + "." + part(CLAIMS);
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(pair.getPrivate());
        signer.update(signed.getBytes(StandardCharsets.US_ASCII));
        byte[] signature = signer.sign();

        assertThat(identify(authenticator, signed + "." + base64(signature))).isInstanceOf(Caller.class);
        signature[5] ^= 1;
        assertThat(identify(authenticator, signed + "." + base64(signature))).isEqualTo(new Refusal.BadSignature());
        assertThat(identify(authenticator, signed + ".AAAA")).isEqualTo(new Refusal.BadSignature());
    }

    @Test
    void anIssuerIsRequiredOnceIssuersAreListed() {
        IdentitySettings settings = TestTokens.settings("auth.jwt-issuers=https://a.example,https://b.example");
        KeyAuthenticator authenticator = new KeyAuthenticator(settings, keys, true, new MovingClock());

        assertThat(identify(authenticator, user(",\"iss\":\"https://b.example\"")))
                .isInstanceOf(Caller.class);
        assertThat(identify(authenticator, user(",\"iss\":\"https://c.example\"")))
                .isEqualTo(new Refusal.WrongIssuer());
        assertThat(identify(authenticator, user(""))).isEqualTo(new Refusal.WrongIssuer());
        assertThat(identify(authenticator, keys.anonKey())).isInstanceOf(Caller.class);
    }

    private static Identified asBearer(String token) {
        return identify(authenticator, token);
    }

    private static Identified identify(KeyAuthenticator authenticator, String token) {
        return authenticator.identify(Optional.of("Bearer " + token), Optional.empty());
    }

    private static void put(Map<String, Map.Entry<String, Refusal>> table, String name, String token, Refusal refusal) {
        assertThat(table.put(name, Map.entry(token, refusal)))
                .as("two rows of one name")
                .isNull();
    }

    private static Refusal malformed(String what) {
        return new Refusal.Malformed(what);
    }

    private static Refusal undecodable() {
        return malformed("JWT couldn't be decoded");
    }

    /** The private half of the key whose public half is in the set, but not as one of ours. */
    private static ECKey foreign() {
        return ec;
    }

    private static String swapClaims(String token) {
        String[] parts = token.split("\\.");
        return parts[0] + "." + part(CLAIMS.replace("authenticated", "service_role")) + "." + parts[2];
    }

    private static String invalidUtf8() throws Exception {
        byte[] claims = "{\"role\":\"a\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        String signed = part(HS) + "." + base64(claims);
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String pem(RSAKey key) throws Exception {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(key.toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
