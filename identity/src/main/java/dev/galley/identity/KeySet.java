package dev.galley.identity;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.galley.settings.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The keys that tokens are verified with, and which of them may serve a given token. Immutable. */
final class KeySet {
    private final List<JWK> jwks;
    private final List<VerificationKey> keys;

    KeySet(List<JWK> jwks) {
        this.jwks = List.copyOf(jwks);
        // Ours first: one of them may stand in the list a second time, as its public half.
        this.keys = jwks.stream()
                .flatMap(jwk -> VerificationKey.of(jwk).stream())
                .sorted(Comparator.comparing(key -> !key.ours()))
                .toList();
    }

    /** The keys of the project and those that the settings add. */
    static KeySet of(ProjectKeys project, IdentitySettings settings) {
        return of(project, settings, List.of());
    }

    /** @param provider the public keys of an identity provider */
    static KeySet of(ProjectKeys project, IdentitySettings settings, List<JWK> provider) {
        List<JWK> all = new ArrayList<>(project.secretJwks());
        all.addAll(project.signingKeys());
        settings.jwks().ifPresent(text -> all.addAll(parse("auth.jwks", contents("auth.jwks", text))));
        all.addAll(provider);
        return new KeySet(all);
    }

    /** Chosen by algorithm and name only. A token that names a key gets that one or none; never a guess. */
    List<VerificationKey> candidates(JWSAlgorithm algorithm, Optional<String> kid) {
        return keys.stream()
                .filter(key -> key.algorithms().contains(algorithm))
                .filter(key -> kid.isEmpty() || kid.equals(key.kid()))
                .toList();
    }

    /** The public halves of our own asymmetric keys, as a JWK set for others to verify our tokens with. */
    String publicJwks() {
        return new JWKSet(jwks.stream().filter(JWK::isPrivate).toList())
                .toPublicJWKSet()
                .toString();
    }

    /** One JWK, a JWK set, or an array of JWKs. */
    static List<JWK> parse(String setting, String json) {
        try {
            String text = json.strip();
            if (text.startsWith("[")) {
                text = "{\"keys\":" + text + "}";
            }
            boolean isSet = StrictJson.object(text.getBytes(StandardCharsets.UTF_8))
                    .orElseThrow(() -> new ParseException("not a JSON object", 0))
                    .object()
                    .has("keys");
            return isSet ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text));
        } catch (ParseException e) {
            // The cause may quote key material.
            throw new SettingsException(setting + ": is not a JWK or a JWK set");
        }
    }

    /** JSON itself, or what stands in the file it names. */
    static String contents(String setting, String jsonOrPath) {
        if (jsonOrPath.strip().startsWith("{") || jsonOrPath.strip().startsWith("[")) {
            return jsonOrPath;
        }
        try {
            return Files.readString(Path.of(jsonOrPath.strip()));
        } catch (IOException | InvalidPathException e) {
            // It may be a key with a slip of the pen in it: not to be repeated.
            throw new SettingsException(setting + ": is neither JSON nor the path of a file that can be read");
        }
    }

    static JWK secretKey(String secret) {
        return new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8)).build();
    }
}
