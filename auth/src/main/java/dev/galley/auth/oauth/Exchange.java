package dev.galley.auth.oauth;

import dev.galley.auth.config.ProviderSettings;
import dev.galley.identity.StrictJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * Speaks with providers: where a user is sent, what the code they bring back is worth, who they are. The nonce and the code verifier
 * of a sign-in follow from its state and a secret outside the database, so neither is kept.
 */
final class Exchange {
    private final Outgoing outgoing;
    private final Discovery discovery;
    private final IdTokens idTokens;
    private final byte[] secret;
    private final Supplier<String> externalUrl;

    Exchange(Outgoing outgoing, Discovery discovery, IdTokens idTokens, byte[] secret, Supplier<String> externalUrl) {
        this.outgoing = outgoing;
        this.discovery = discovery;
        this.idTokens = idTokens;
        this.secret = secret.clone();
        this.externalUrl = externalUrl;
    }

    /** @param params of the client, without those that are not its to set */
    String authorizeUrl(Provider provider, UUID state, List<String> scopes, Map<String, String> params)
            throws ProviderFailure {
        ProviderSpec spec = provider.spec();
        String endpoint = spec.authorize().isPresent()
                ? spec.authorize().get()
                : discovery.of(provider).authorize();
        if (!Outgoing.mayBeAsked(endpoint)) {
            throw new ProviderFailure("its address for users is not https");
        }
        Set<String> scope = new LinkedHashSet<>(spec.scopes());
        scope.addAll(scopes);
        Map<String, String> query = new LinkedHashMap<>(params);
        query.putAll(spec.params());
        query.put("client_id", provider.settings().clientId());
        query.put("redirect_uri", redirectUri(provider));
        query.put("response_type", "code");
        if (!scope.isEmpty()) {
            query.put("scope", String.join(" ", scope));
        }
        query.put("state", state.toString());
        if (spec.byIdToken()) {
            query.put("nonce", derived("nonce", state));
        }
        if (spec.pkce()) {
            query.put("code_challenge", s256(derived("verifier", state)));
            query.put("code_challenge_method", "S256");
        }
        return endpoint + (endpoint.contains("?") ? "&" : "?") + Outgoing.form(query);
    }

    TokenAnswer redeem(Provider provider, UUID state, String code) throws ProviderFailure {
        ProviderSettings settings = provider.settings();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirectUri(provider));
        Map<String, String> headers = new HashMap<>();
        if (provider.spec().basic()) {
            String both = encode(settings.clientId()) + ":" + encode(settings.secret());
            headers.put(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        } else {
            form.put("client_id", settings.clientId());
            form.put("client_secret", settings.secret());
        }
        if (provider.spec().pkce()) {
            form.put("code_verifier", derived("verifier", state));
        }
        String endpoint = provider.spec().token().isPresent()
                ? provider.spec().token().get()
                : discovery.of(provider).token();
        return TokenAnswer.of(outgoing.post(endpoint, form, headers, provider.reach()));
    }

    Profile profile(Provider provider, UUID state, TokenAnswer tokens) throws ProviderFailure {
        ProviderSpec spec = provider.spec();
        if (spec.profile().isPresent()) {
            return byProfile(provider, spec.profile().get(), tokens);
        }
        if (spec.profileInToken().isPresent()) {
            return tokens.whole().at(spec.profileInToken().get()) instanceof ObjectNode profile
                    ? profile(provider, profile, "")
                    : missing();
        }
        String token = tokens.idToken().orElseThrow(() -> new ProviderFailure("it gives no ID token"));
        ObjectNode claims = idTokens.verified(provider, token);
        if (provider.nonceRequired() || claims.has("nonce")) {
            IdTokens.requireNonce(claims, derived("nonce", state));
        }
        IdTokens.requireAccessToken(token, claims, tokens.accessToken());
        return profile(
                provider,
                withUserInfo(provider, claims, tokens),
                claims.path("iss").asString(""));
    }

    /** Some providers leave the address out of the ID token; userinfo has it, for the same subject. */
    private ObjectNode withUserInfo(Provider provider, ObjectNode claims, TokenAnswer tokens) throws ProviderFailure {
        if (claims.has("email") || provider.spec().tenants()) {
            return claims;
        }
        Optional<String> url = discovery.of(provider).profile();
        if (url.isEmpty()) {
            return claims;
        }
        ObjectNode info = outgoing.get(url.get(), bearer(tokens.accessToken()), provider.reach());
        if (!info.path("sub").asString("").equals(claims.path("sub").asString("-"))) {
            throw new ProviderFailure("its userinfo is about somebody else");
        }
        ObjectNode both = info.deepCopy();
        claims.properties().forEach(claim -> both.set(claim.getKey(), claim.getValue()));
        return both;
    }

    /** Of an ID token that a client brought, verified already. */
    Profile profile(Provider provider, ObjectNode claims, String issuer) throws ProviderFailure {
        return provider.spec()
                .mapping()
                .profile(claims, issuer, provider.settings().trustEmail());
    }

    private Profile byProfile(Provider provider, String url, TokenAnswer tokens) throws ProviderFailure {
        Map<String, String> headers = new HashMap<>(bearer(tokens.accessToken()));
        headers.putAll(provider.spec().headers());
        String address = provider.spec().proof()
                ? url + "&appsecret_proof="
                        + HexFormat.of()
                                .formatHex(hmac(
                                        provider.settings().secret().getBytes(StandardCharsets.UTF_8),
                                        tokens.accessToken()))
                : url;
        ObjectNode profile = outgoing.get(address, headers, provider.reach()).deepCopy();
        if (provider.spec().emails().isPresent()) {
            ObjectNode emails = outgoing.get(provider.spec().emails().get(), headers, provider.reach());
            emails.properties().forEach(entry -> profile.set(entry.getKey(), entry.getValue()));
        }
        return profile(provider, profile, url.replaceFirst("[?].*", ""));
    }

    private static Profile missing() throws ProviderFailure {
        throw new ProviderFailure("its answer does not describe the user");
    }

    private static Map<String, String> bearer(String token) throws ProviderFailure {
        if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new ProviderFailure("its access token cannot be sent");
        }
        return Map.of("Authorization", "Bearer " + token);
    }

    /** Where the provider sends the browser back to. */
    String redirectUri(Provider provider) {
        return provider.settings().redirectUri().orElseGet(() -> externalUrl.get() + "/callback");
    }

    /** 43 characters that only this project can tell from the state. */
    private String derived(String purpose, UUID state) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(secret, purpose + "/" + state));
    }

    static String s256(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The scopes of a request, apart by spaces or commas. */
    static List<String> scopes(Optional<String> text) {
        List<String> all = new ArrayList<>();
        for (String scope : text.orElse("").split("[\\s,]+", -1)) {
            if (!scope.isEmpty()) {
                all.add(scope);
            }
        }
        return all;
    }

    /** What the first sign-in by Apple tells of the user's name, in a field of its own that nobody has signed. */
    static Profile withAppleName(Profile profile, String user) {
        return StrictJson.object(user.getBytes(StandardCharsets.UTF_8))
                .map(parsed -> parsed.object().path("name"))
                .map(name -> (name.path("firstName").asString("") + " "
                                + name.path("lastName").asString(""))
                        .replace("\0", "")
                        .strip())
                .filter(name -> !name.isEmpty())
                .map(name -> new Profile(
                        profile.subject(),
                        profile.email(),
                        profile.data().deepCopy().put("name", name).put("full_name", name)))
                .orElse(profile);
    }
}
