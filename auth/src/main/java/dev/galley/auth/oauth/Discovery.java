package dev.galley.auth.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.galley.identity.StrictJson;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** What providers publish about themselves: endpoints and keys, kept for a while. */
final class Discovery {
    private static final int MOST = 200;
    private static final int MOST_KEYS = 50;
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(15);

    /** The issuers of Azure: one for each tenant, told apart by a placeholder where all are meant. */
    static final Pattern AZURE =
            Pattern.compile("https://(?:login\\.microsoftonline\\.com|[a-z0-9-]+\\.ciamlogin\\.com)/"
                    + "(\\{tenantid}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/v2\\.0");

    private final Outgoing outgoing;
    private final Clock clock;
    private final Cache<String, Metadata> documents;
    private final Cache<String, Keys> keys;

    record Metadata(String issuer, String authorize, String token, Optional<String> profile, String keys) {}

    private record Keys(JWKSet set, Instant readAt) {}

    Discovery(Outgoing outgoing, Clock clock, Duration cacheTime) {
        this.outgoing = outgoing;
        this.clock = clock;
        this.documents = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(cacheTime)
                .build();
        this.keys = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(cacheTime)
                .build();
    }

    /** @throws ProviderFailure also when the document is about somebody else */
    Metadata of(Provider provider) throws ProviderFailure {
        String base = provider.spec().discovery().orElseThrow(() -> new ProviderFailure("it publishes no metadata"));
        String url = base.contains("/.well-known/")
                ? base
                : base.replaceAll("/+$", "") + "/.well-known/openid-configuration";
        // The issuer is a part of the key: two providers may name one document, and only one of them rightly.
        String key = provider.reach() + " " + provider.spec().issuers() + " " + url;
        Metadata known = documents.getIfPresent(key);
        if (known != null) {
            return known;
        }
        Metadata read = parse(provider.spec(), outgoing.get(url, Map.of(), provider.reach()));
        documents.put(key, read);
        return read;
    }

    private static Metadata parse(ProviderSpec spec, ObjectNode document) throws ProviderFailure {
        String issuer = document.path("issuer").asString("");
        boolean right = spec.tenants()
                ? AZURE.matcher(issuer).matches()
                : spec.issuers().contains(issuer);
        if (!right) {
            throw new ProviderFailure("its metadata is of another issuer");
        }
        return new Metadata(
                issuer,
                address(document, "authorization_endpoint"),
                address(document, "token_endpoint"),
                document.path("userinfo_endpoint").stringValueOpt(),
                address(document, "jwks_uri"));
    }

    private static String address(ObjectNode document, String field) throws ProviderFailure {
        String address = document.path(field).asString("");
        if (!Outgoing.mayBeAsked(address)) {
            throw new ProviderFailure("its metadata has no usable " + field);
        }
        return address;
    }

    /** The keys that the provider signs with; asked for again when none has this name, but not more often than every few seconds. */
    JWKSet keys(String url, Optional<String> keyId, Outgoing.Reach reach) throws ProviderFailure {
        Keys known = keys.getIfPresent(url);
        Instant now = clock.instant();
        if (known != null) {
            boolean there = keyId.isEmpty() || known.set().getKeyByKeyId(keyId.get()) != null;
            if (there || now.isBefore(known.readAt().plus(BETWEEN_QUESTIONS))) {
                return known.set();
            }
        }
        Keys read = new Keys(set(outgoing.get(url, Map.of(), reach)), now);
        keys.put(url, read);
        return read.set();
    }

    /** A key of a kind that we do not know is left out, and so is a secret one: what is published can be no secret. */
    private static JWKSet set(ObjectNode document) {
        List<JWK> usable = document.path("keys")
                .valueStream()
                .limit(MOST_KEYS)
                .flatMap(key -> key(StrictJson.write(key)).stream())
                .toList();
        return new JWKSet(usable);
    }

    private static Optional<JWK> key(String json) {
        try {
            JWK key = JWK.parse(json);
            return key instanceof OctetSequenceKey ? Optional.empty() : Optional.ofNullable(key.toPublicJWK());
        } catch (ParseException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }
}
