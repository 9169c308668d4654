package dev.galley.identity;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Keys and rules for tokens as the user sets them. Keys left out here are made once and kept in the data folder
 * ({@link ProjectKeys}); nodes with different data folders therefore need them here.
 *
 * @param jwtSecret a secret text of at least 32 characters, or a JWK or JWK set as JSON
 * @param jwks further keys whose tokens are accepted: a JWK set as JSON, or the path of a file with one
 * @param jwksUrl where an identity provider publishes the keys whose tokens are accepted as well
 * @param signingKeysPath a file with private JWKs, the first of which signs
 * @param publishableKeys accepted keys of callers without a sign-in; several while they are rotated, the first is the one shown
 * @param secretKeys accepted keys of administrators, likewise
 * @param anonymousRole the role of a request without key and token; such a request is refused when this is empty
 * @param roles the roles that a token may name; empty for the default of the mode, {@code *} alone for any
 * @param roleClaim where the role stands in the claims
 * @param audience what {@code aud} must contain where a token has it
 * @param issuers accepted values of {@code iss}; empty for any
 * @param foreignIssuer what {@code iss} must be where the key is not the project's own
 * @param tokenCacheSize how many verified tokens are remembered
 * @param tokenLimit the longest accepted token, in bytes
 * @param acceptTokens whether there is any token that lets a caller in, besides the project's own keys
 */
public record IdentitySettings(
        Optional<String> jwtSecret,
        Optional<String> jwks,
        Optional<JwksUrl> jwksUrl,
        Optional<String> signingKeysPath,
        Optional<String> anonKey,
        Optional<String> serviceRoleKey,
        List<String> publishableKeys,
        List<String> secretKeys,
        Optional<String> anonymousRole,
        List<String> roles,
        RoleClaim roleClaim,
        Optional<String> audience,
        List<String> issuers,
        Optional<String> foreignIssuer,
        int tokenCacheSize,
        int tokenLimit,
        boolean acceptTokens) {

    static final int MIN_SECRET_LENGTH = 32;

    public static IdentitySettings from(SettingsReader reader) {
        var settings = new IdentitySettings(
                secret(
                        reader.secret(
                                "auth.jwt-secret",
                                "Signs and verifies tokens (HS256): at least 32 characters, or a JWK or JWK set as JSON."
                                        + " Made at the first start when not set; nodes of one cluster must share it."),
                        reader.flag(
                                "auth.jwt-secret-base64",
                                false,
                                "Whether the text of auth.jwt-secret is Base64 of the bytes.")),
                reader.secret(
                        "auth.jwks",
                        "More keys whose tokens are accepted: a JWK set as JSON, or the path of a file with one."),
                JwksUrl.from(reader),
                reader.secret(
                        "auth.signing-keys-path",
                        "File with private JWKs (a JSON array or a JWK set) for asymmetric tokens; the first one signs."
                                + " An ES256 key is made at the first start when not set."),
                reader.secret("auth.anon-key", "The legacy anon key: a token with the role anon that our keys verify."),
                reader.secret(
                        "auth.service-role-key",
                        "The legacy service key: a token with the role service_role that our keys verify."),
                keys(
                        reader.secret(
                                "auth.publishable-key",
                                "Publishable API key (sb_publishable_...). Several, separated by commas, while one replaces another.")),
                keys(reader.secret(
                        "auth.secret-key",
                        "Secret API key (sb_secret_...). Several, separated by commas, while one replaces another.")),
                reader.optionalText(
                        "auth.anonymous-role",
                        "Role of requests without any key or token. When not set such requests are refused."),
                reader.list(
                        "auth.roles",
                        List.of(),
                        "Roles that a token may name. Default: anon, authenticated, service_role; for a plain REST server"
                                + " on a database without these, any role that the database login may become (also: *)."),
                RoleClaim.parse(reader.text(
                        "auth.role-claim",
                        "$.role",
                        "Where the role stands in a token's claims: a path such as $.app_metadata.roles[0].")),
                reader.optionalText(
                        "auth.jwt-audience", "What the claim aud of a token must contain, where the token has one."),
                reader.list("auth.jwt-issuers", List.of(), "Accepted values of the claim iss. Default: any."),
                reader.optionalText(
                        "auth.jwks-issuer",
                        "What the claim iss must be of tokens that the keys of auth.jwks-url or auth.jwks verify. Needed where a"
                                + " provider signs the tokens of all its customers with the same keys."),
                reader.integer(
                        "auth.token-cache-size", 10_000, 0, 10_000_000, "How many verified tokens are remembered."),
                reader.integer("auth.token-limit", 16_384, 256, 1_048_576, "The longest accepted token, in bytes."),
                reader.flag(
                        "auth.accept-tokens",
                        true,
                        "Whether callers may bring tokens of their own; without, only the project's keys and anonymous requests count."));
        settings.check();
        return settings;
    }

    private void check() {
        jwtSecret.ifPresent(secret -> {
            if (!secret.startsWith("{") && secret.length() < MIN_SECRET_LENGTH) {
                throw new SettingsException("auth.jwt-secret: at least 32 characters are needed");
            }
        });
        publishableKeys.forEach(key -> ApiKeys.requireForm("auth.publishable-key", ApiKeys.PUBLISHABLE_PREFIX, key));
        secretKeys.forEach(key -> ApiKeys.requireForm("auth.secret-key", ApiKeys.SECRET_PREFIX, key));
    }

    /** Bytes that need not be text are a JWK. */
    private static Optional<String> secret(Optional<String> given, boolean base64) {
        if (!base64) {
            return given;
        }
        return given.map(text -> {
            try {
                String standard =
                        text.strip().replace('-', '+').replace('_', '/').replace('.', '=');
                byte[] bytes = Base64.getDecoder().decode(standard);
                if (bytes.length < MIN_SECRET_LENGTH) {
                    throw new SettingsException("auth.jwt-secret: at least 32 bytes are needed");
                }
                return "{\"kty\":\"oct\",\"k\":\""
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\"}";
            } catch (IllegalArgumentException e) {
                throw new SettingsException("auth.jwt-secret: is not Base64");
            }
        });
    }

    private static List<String> keys(Optional<String> value) {
        return value.map(text -> List.of(text.strip().split("\\s*,\\s*", -1))).orElse(List.of());
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "IdentitySettings[roles=" + roles + ", roleClaim=" + roleClaim + "]";
    }
}
