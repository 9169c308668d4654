package dev.galley.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.galley.settings.SettingsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The keys of a project: those of the settings, and for the others those of the key file, which is made at the first start.
 *
 * @param jwtSecret as set or made: a text, or JSON of JWKs
 * @param secretJwks the keys in {@code jwtSecret}
 * @param signingKeys private keys for asymmetric tokens; the first one signs
 * @param anonKey legacy key: a token with the role {@code anon}, made from the secret when not set
 * @param serviceRoleKey legacy key: a token with the role {@code service_role}, likewise
 * @param publishableKeys the first is the one to show
 * @param secretKeys the first is the one to show
 */
public record ProjectKeys(
        String jwtSecret,
        List<JWK> secretJwks,
        List<JWK> signingKeys,
        String anonKey,
        String serviceRoleKey,
        List<String> publishableKeys,
        List<String> secretKeys) {

    static final String ANON = "anon";
    static final String SERVICE_ROLE = "service_role";

    private static final Duration LEGACY_KEY_LIFE = Duration.ofDays(3650);

    /**
     * Reads the key file, or makes it.
     *
     * @throws SettingsException when a key cannot be used or the file is damaged
     */
    public static ProjectKeys load(Path keyFile, IdentitySettings settings, SecureRandom random, Clock clock) {
        KeyFile made = KeyFile.readOrCreate(keyFile, random, clock);
        String secret = settings.jwtSecret().orElse(made.jwtSecret());
        List<JWK> secretJwks =
                secret.startsWith("{") ? KeySet.parse("auth.jwt-secret", secret) : List.of(KeySet.secretKey(secret));
        List<JWK> signingKeys = settings.signingKeysPath()
                .map(path -> KeySet.parse("auth.signing-keys-path", KeySet.contents("auth.signing-keys-path", path)))
                .orElse(List.of(made.signingKey()));
        if (signingKeys.isEmpty() || !signingKeys.getFirst().isPrivate()) {
            throw new SettingsException("auth.signing-keys-path: the first key must be a private key");
        }
        JWK signer = Stream.concat(secretJwks.stream().filter(OctetSequenceKey.class::isInstance), signingKeys.stream())
                .findFirst()
                .orElseThrow();
        return new ProjectKeys(
                secret,
                List.copyOf(secretJwks),
                List.copyOf(signingKeys),
                settings.anonKey().orElseGet(() -> legacyKey(signer, ANON, made.created())),
                settings.serviceRoleKey().orElseGet(() -> legacyKey(signer, SERVICE_ROLE, made.created())),
                settings.publishableKeys().isEmpty() ? List.of(made.publishableKey()) : settings.publishableKeys(),
                settings.secretKeys().isEmpty() ? List.of(made.secretKey()) : settings.secretKeys());
    }

    /** The same key at every start: its times are those of the project's first start. */
    private static String legacyKey(JWK signer, String role, Instant created) {
        String claims = "{\"iss\":\"supabase\",\"role\":\"" + role + "\",\"iat\":" + created.getEpochSecond()
                + ",\"exp\":" + created.plus(LEGACY_KEY_LIFE).getEpochSecond() + "}";
        return sign(signer, claims);
    }

    static String sign(JWK signer, String claims) {
        return new JwtSigning(signer).sign(claims);
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "ProjectKeys[publishable=" + publishableKeys.size() + ", secret=" + secretKeys.size() + ", signing="
                + signingKeys.size() + "]";
    }
}
