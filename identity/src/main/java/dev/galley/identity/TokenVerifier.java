package dev.galley.identity;

import com.nimbusds.jose.JWSAlgorithm;
import dev.galley.identity.Verification.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides whether a token is good: size, form, header, key, signature, and only then its claims ({@link ClaimsCheck}).
 *
 * <p>The library checks signatures; the header is read here, because a token's header is an attacker's text and must not
 * choose anything: the algorithm must be one that a key of the set is for, the key is chosen by algorithm and {@code kid}
 * from that set, and every way to bring a key along ({@code jwk}, {@code jku}, {@code x5u}, {@code x5c}) or to change
 * what is signed ({@code b64}, {@code crit}, {@code zip}) is refused.
 */
final class TokenVerifier {
    private static final List<String> REFUSED_HEADERS =
            List.of("crit", "b64", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "enc", "zip", "p2c", "p2s", "epk");
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private final KeySet keys;
    private final ClaimsCheck claims;
    private final int tokenLimit;

    /** @param clock empty to leave it to the asker when the token holds */
    TokenVerifier(KeySet keys, TokenRules rules, Optional<Clock> clock) {
        this.keys = keys;
        this.claims = new ClaimsCheck(rules, clock);
        this.tokenLimit = rules.tokenLimit();
    }

    Verification verify(String token) {
        if (token.isEmpty()) {
            return malformed("Empty JWT is sent in Authorization header");
        }
        if (token.length() > tokenLimit) {
            return malformed("The JWT is longer than " + tokenLimit + " bytes");
        }
        int parts = (int) token.chars().filter(c -> c == '.').count() + 1;
        if (parts != 3) {
            return malformed("Expected 3 parts in JWT; got " + parts);
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        Optional<StrictJson.Parsed> header = decode(token.substring(0, first)).flatMap(StrictJson::object);
        Optional<byte[]> payload = decode(token.substring(first + 1, second));
        Optional<byte[]> signature = decode(token.substring(second + 1));
        if (header.isEmpty() || payload.isEmpty() || signature.isEmpty()) {
            return malformed("JWT couldn't be decoded");
        }
        byte[] signed = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
        return verify(header.get().object(), payload.get(), signed, signature.get());
    }

    private Verification verify(ObjectNode header, byte[] payload, byte[] signed, byte[] signature) {
        for (String name : REFUSED_HEADERS) {
            if (header.has(name)) {
                return malformed("The JWT header '" + name + "' is not accepted");
            }
        }
        if (header.has("typ") && !TYPES.contains(header.path("typ").asString("").toLowerCase(java.util.Locale.ROOT))) {
            return malformed("Unsupported token type");
        }
        if (!header.path("alg").isString()
                || (header.has("kid") && !header.path("kid").isString())) {
            return malformed("JWT couldn't be decoded");
        }
        String name = header.path("alg").stringValue();
        if (name.equalsIgnoreCase("none")) {
            return new Refused(new Refusal.UnsupportedAlgorithm("JWT is unsecured but expected 'alg' was not 'none'"));
        }
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        if (!JWSAlgorithm.Family.SIGNATURE.contains(algorithm) && !JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)) {
            return new Refused(new Refusal.UnsupportedAlgorithm("The algorithm of the JWT is not one for signatures"));
        }
        Optional<String> kid = header.path("kid").stringValueOpt();
        List<VerificationKey> candidates = keys.candidates(algorithm, kid);
        if (candidates.isEmpty()) {
            return new Refused(new Refusal.NoSuitableKey());
        }
        for (VerificationKey key : candidates) {
            if (key.check().holds(algorithm, signed, signature)) {
                return StrictJson.object(payload)
                        .map(parsed -> claims.check(parsed, key.ours()))
                        .orElseGet(() -> malformed("Parsing claims failed"));
            }
        }
        return new Refused(new Refusal.BadSignature());
    }

    /** The one canonical base64url text of some bytes, without padding; anything else is not decoded. */
    private static Optional<byte[]> decode(String part) {
        try {
            byte[] ascii = part.getBytes(StandardCharsets.UTF_8);
            byte[] bytes = Base64.getUrlDecoder().decode(ascii);
            boolean canonical =
                    Arrays.equals(Base64.getUrlEncoder().withoutPadding().encode(bytes), ascii);
            return canonical ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Verification malformed(String what) {
        return new Refused(new Refusal.Malformed(what));
    }
}
