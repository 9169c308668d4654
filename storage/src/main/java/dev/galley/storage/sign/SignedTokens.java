package dev.galley.storage.sign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import dev.galley.identity.StrictJson;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.error.StorageException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens that open one object for one purpose until a time: JWTs with HS256 under a key of their own, so that they are of no use anywhere
 * else and no other token is of use here. Those that an imported project has signed with its JWT secret are taken too.
 */
public final class SignedTokens {
    private static final int LONGEST = 16 * 1024;

    private final byte[] key;
    private final List<byte[]> accepted;
    private final Clock clock;

    /** What a token is good for; the words are the protocol's. */
    public enum Scope {
        DOWNLOAD("download"),
        UPLOAD("upload");

        private final String text;

        Scope(String text) {
            this.text = text;
        }
    }

    /**
     * @param key 32 secret bytes
     * @param legacy the project's JWT secret
     */
    public SignedTokens(byte[] key, Optional<byte[]> legacy, Clock clock) {
        this.key = key.clone();
        this.accepted = new ArrayList<>(List.of(this.key));
        legacy.filter(secret -> secret.length >= 32).ifPresent(accepted::add);
        this.clock = clock;
    }

    /**
     * Signs what is known of the request.
     *
     * @param path bucket and object, with a slash between
     * @param more further claims; those that decide what a token opens cannot be among them
     */
    public String sign(Scope scope, String path, Duration life, ObjectNode more) {
        Instant now = clock.instant();
        ObjectNode claims = more.deepCopy();
        claims.remove("role");
        claims.put("url", path)
                .put("scope", scope.text)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(life).getEpochSecond());
        JWSObject token = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(JOSEObjectType.JWT)
                        .build(),
                new Payload(StrictJson.write(claims)));
        try {
            token.sign(new MACSigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("a key of 32 bytes signs with HS256", e);
        }
        return token.serialize();
    }

    /** A token that holds. */
    public record Opened(ObjectNode claims, Instant expires) {}

    /**
     * Returns the claims of a token that opens this path for this purpose now.
     *
     * @throws StorageException when it does not
     */
    public Opened open(String token, Scope scope, String path) {
        ObjectNode claims = verified(token);
        if (!scopeOf(claims).equals(scope.text)) {
            throw StorageError.invalidSignature("Token is not scoped for " + scope.text)
                    .thrown();
        }
        if (!claims.path("url").asString("").equals(path)) {
            throw StorageError.invalidSignature("Invalid signature").thrown();
        }
        long expires = claims.path("exp").asLong(0);
        if (expires <= clock.instant().getEpochSecond()) {
            throw StorageError.expiredToken().thrown();
        }
        return new Opened(claims, Instant.ofEpochSecond(expires));
    }

    /** Older tokens have no scope; those for uploads say whether they may replace. */
    private static String scopeOf(ObjectNode claims) {
        return claims.has("scope")
                ? claims.path("scope").asString("")
                : claims.has("upsert") ? Scope.UPLOAD.text : Scope.DOWNLOAD.text;
    }

    private ObjectNode verified(String token) {
        if (token.isEmpty() || token.length() > LONGEST) {
            throw StorageError.invalidJwt("Invalid JWT").thrown();
        }
        try {
            JWSObject parsed = JWSObject.parse(token);
            // Never what the token says of itself: one algorithm, and the keys that are ours.
            if (!parsed.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)) {
                throw StorageError.invalidJwt("Invalid JWT").thrown();
            }
            for (byte[] each : accepted) {
                if (parsed.verify(new MACVerifier(each))) {
                    return StrictJson.object(parsed.getPayload().toBytes())
                            .map(StrictJson.Parsed::object)
                            // A token that says who somebody is opens no object.
                            .filter(claims -> claims.has("url") && !claims.has("role"))
                            .orElseThrow(
                                    () -> StorageError.invalidJwt("Invalid JWT").thrown());
                }
            }
            throw StorageError.invalidJwt("signature verification failed").thrown();
        } catch (ParseException | JOSEException e) {
            throw StorageError.invalidJwt("Invalid Compact JWS").thrown();
        }
    }
}
