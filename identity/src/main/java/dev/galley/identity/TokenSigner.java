package dev.galley.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.galley.settings.SettingsException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Signs tokens with the project's key, and derives secrets for other uses from the project's secret. */
public final class TokenSigner {
    static final String ID_TOKEN = "id";

    private final JWK key;
    private final byte[] secret;
    private @Nullable JwtSigning signing;

    private TokenSigner(JWK key, byte[] secret) {
        this.key = key;
        this.secret = secret.clone();
    }

    /**
     * @param symmetric whether tokens are signed with the JWT secret (HS256), as projects did before they had signing keys
     * @throws SettingsException when the project has no secret to sign with
     */
    public static TokenSigner of(ProjectKeys keys, boolean symmetric) {
        List<OctetSequenceKey> secrets = keys.secretJwks().stream()
                .filter(OctetSequenceKey.class::isInstance)
                .map(OctetSequenceKey.class::cast)
                .toList();
        if (symmetric && secrets.isEmpty()) {
            throw new SettingsException("auth.sign-with: auth.jwt-secret holds no symmetric key");
        }
        byte[] secret = secrets.isEmpty()
                ? keys.jwtSecret().getBytes(StandardCharsets.UTF_8)
                : secrets.getFirst().toByteArray();
        return new TokenSigner(
                symmetric ? secrets.getFirst() : keys.signingKeys().getFirst(), secret);
    }

    /** A signed token (JWS, compact) with these claims. */
    public String sign(ObjectNode claims) {
        return signing().sign(StrictJson.write(claims));
    }

    /** Made with the first token, which no start waits for. */
    private synchronized JwtSigning signing() {
        JwtSigning made = signing;
        if (made == null) {
            made = new JwtSigning(key);
            signing = made;
        }
        return made;
    }

    /** An ID token: tells an application who has signed in. We never take one ourselves. */
    public String signIdToken(ObjectNode claims) {
        return sign(claims.deepCopy().put("token_use", ID_TOKEN));
    }

    /** Whether others can verify our tokens with a public key. */
    public boolean asymmetric() {
        return !(key instanceof OctetSequenceKey);
    }

    /** 32 bytes that nobody without the project's secret can tell; others for every purpose. */
    public byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(("galley/" + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "TokenSigner[" + key.getKeyType() + "]";
    }
}
