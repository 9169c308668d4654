package dev.galley.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import dev.galley.identity.Verification.Refused;
import dev.galley.identity.Verification.Verified;
import dev.galley.settings.SettingsException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Identifies a caller by API key or token.
 *
 * <p>An {@code Authorization} with a token of its own counts alone. Otherwise, also when it only repeats an opaque key
 * ({@code Bearer sb_...}), the {@code apikey} counts: an opaque key stands for the token of its role, anything else must
 * be a token itself (the legacy keys are).
 *
 * <p>The usual request costs one digest and one look-up. Everything remembered belongs to one {@link Generation}; other
 * keys make another generation, so nothing verified with a removed key outlives it, not even a verification under way.
 */
public final class KeyAuthenticator implements Authenticator {
    private final boolean platform;
    private final Clock clock;
    private volatile Generation generation;
    private volatile Runnable keyMissing = () -> {};

    private record Generation(
            IdentitySettings settings,
            ProjectKeys project,
            List<JWK> provider,
            TokenRules rules,
            KeySet keys,
            TokenVerifier verifier,
            Map<TokenDigest, Verified> apiKeys,
            Cache<TokenDigest, Verified> verified) {}

    /**
     * @param platform whether the database has the platform's roles ({@link TokenRules#of})
     * @throws SettingsException when a legacy key of the settings is not one of the project
     */
    public KeyAuthenticator(IdentitySettings settings, ProjectKeys keys, boolean platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
        this.generation = generation(settings, keys, List.of());
    }

    /** From now on only these keys of the project count. */
    public synchronized void replaceKeys(ProjectKeys keys) {
        generation = generation(generation.settings(), keys, generation.provider());
    }

    /** From now on only these rules and keys of the project count. */
    public synchronized void reconfigure(IdentitySettings settings, ProjectKeys keys) {
        generation = generation(settings, keys, generation.provider());
    }

    /** From now on these public keys of an identity provider count besides those of the project, and no others. */
    synchronized void providerKeys(List<JWK> keys) {
        if (!keys.equals(generation.provider())) {
            generation = generation(generation.settings(), generation.project(), List.copyOf(keys));
        }
    }

    /** @param action what to do when a token needs a key that is not there; called on event loops, so it must not block */
    void onKeyMissing(Runnable action) {
        keyMissing = action;
    }

    /** The public keys with which others can verify our tokens, as a JWK set. */
    public String publicJwks() {
        return generation.keys().publicJwks();
    }

    @Override
    public Identified identify(Optional<String> authorization, Optional<String> apikey) {
        if (authorization.isPresent()) {
            Optional<String> bearer = bearer(authorization.get());
            if (bearer.isEmpty()) {
                return withoutKey();
            }
            if (!bearer.get().startsWith("sb_")) {
                return token(bearer.get());
            }
            if (apikey.isEmpty()) {
                return new Refusal.KeyMissing();
            }
        }
        return apikey.filter(key -> !key.isEmpty()).map(this::apiKey).orElseGet(this::withoutKey);
    }

    private Identified apiKey(String key) {
        Generation now = generation;
        if (key.length() > now.rules().tokenLimit()) {
            return new Refusal.KeyUnknown();
        }
        Verified known = now.apiKeys().get(TokenDigest.of(key));
        if (known != null && known.holdsAt(clock.instant().getEpochSecond())) {
            return known.caller();
        }
        return key.indexOf('.') >= 0 ? token(key) : new Refusal.KeyUnknown();
    }

    private Identified token(String token) {
        Generation now = generation;
        if (token.length() > now.rules().tokenLimit()) {
            return identified(now.verifier().verify(token));
        }
        TokenDigest digest = TokenDigest.of(token);
        Verified known = now.apiKeys().get(digest);
        if (known == null) {
            known = now.verified().getIfPresent(digest);
        }
        if (known != null && known.holdsAt(clock.instant().getEpochSecond())) {
            return known.caller();
        }
        if (!now.settings().acceptTokens()) {
            return new Refusal.TokensNotAccepted();
        }
        Verification fresh = now.verifier().verify(token);
        if (fresh instanceof Verified verified) {
            now.verified().put(digest, verified);
        } else if (known != null) {
            now.verified().invalidate(digest);
        }
        if (fresh instanceof Refused(Refusal.NoSuitableKey _)) {
            keyMissing.run();
        }
        return identified(fresh);
    }

    private static Identified identified(Verification verification) {
        return switch (verification) {
            case Verified verified -> verified.caller();
            case Refused(var refusal) -> refusal;
        };
    }

    private Identified withoutKey() {
        return generation
                .rules()
                .keyless()
                .<Identified>map(role -> new Caller(
                        role, StrictJson.write(StrictJson.newObject().put("role", role)), Optional.empty(), false))
                .orElseGet(Refusal.KeyMissing::new);
    }

    /** What follows the scheme, which is case-insensitive. */
    private static Optional<String> bearer(String authorization) {
        String scheme = "Bearer";
        if (!authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return Optional.empty();
        }
        String rest = authorization.substring(scheme.length());
        return rest.isEmpty() || rest.charAt(0) == ' ' ? Optional.of(rest.strip()) : Optional.empty();
    }

    private Generation generation(IdentitySettings settings, ProjectKeys keys, List<JWK> provider) {
        TokenRules rules = TokenRules.of(settings, platform);
        KeySet keySet = KeySet.of(keys, settings, provider);
        TokenVerifier verifier = new TokenVerifier(keySet, rules, Optional.of(clock));
        // The keys of the project hold whatever audience or issuer the tokens of its users must have. Their time is
        // judged by
        // request: a computer whose clock is wrong for a while must still start.
        TokenVerifier ownKeys = new TokenVerifier(keySet, rules.forOwnKeys(), Optional.empty());
        Verified anon = legacy("auth.anon-key", ownKeys, keys.anonKey(), ProjectKeys.ANON);
        Verified service = legacy("auth.service-role-key", ownKeys, keys.serviceRoleKey(), ProjectKeys.SERVICE_ROLE);
        Map<TokenDigest, Verified> apiKeys = new HashMap<>();
        apiKeys.put(TokenDigest.of(keys.anonKey()), anon);
        apiKeys.put(TokenDigest.of(keys.serviceRoleKey()), service);
        keys.publishableKeys().forEach(key -> apiKeys.put(TokenDigest.of(key), forever(anon)));
        keys.secretKeys().forEach(key -> apiKeys.put(TokenDigest.of(key), forever(service)));
        return new Generation(
                settings,
                keys,
                provider,
                rules,
                keySet,
                verifier,
                Map.copyOf(apiKeys),
                Caffeine.newBuilder()
                        .maximumSize(settings.tokenCacheSize())
                        .executor(Runnable::run)
                        .build());
    }

    private static Verified legacy(String setting, TokenVerifier verifier, String key, String role) {
        return switch (verifier.verify(key)) {
            case Verified verified when verified.caller().role().equals(role) -> verified;
            case Verified _, Refused _ ->
                throw new SettingsException(
                        setting + ": is not a token with the role " + role + " that the keys of this project verify");
        };
    }

    /** An opaque key ends by being removed, not by time. */
    private static Verified forever(Verified token) {
        return new Verified(token.caller(), Long.MIN_VALUE, Long.MAX_VALUE);
    }
}
