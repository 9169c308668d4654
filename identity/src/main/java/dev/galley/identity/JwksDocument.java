package dev.galley.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.galley.settings.SettingsException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The JWK set that an identity provider publishes. A key of a kind that we cannot use is left out, as RFC 7517 wants it, so
 * that a provider can add one. So is a secret one: what was published can be no secret. Of a private key only the public half
 * counts, because whoever reads the page could otherwise sign as one of us.
 *
 * @param keys public keys that tokens can be verified with
 * @param unusable how many others were in it
 */
record JwksDocument(List<JWK> keys, int unusable) {

    /** Empty when it is no JWK set. */
    static Optional<JwksDocument> parse(byte[] utf8) {
        return StrictJson.object(utf8)
                .map(parsed -> parsed.object().path("keys"))
                .filter(JsonNode::isArray)
                .map(JwksDocument::of);
    }

    private static JwksDocument of(JsonNode array) {
        List<JWK> keys = new ArrayList<>();
        array.valueStream()
                .filter(JsonNode::isObject)
                .forEach(one -> usable(one).ifPresent(keys::add));
        return new JwksDocument(List.copyOf(keys), array.size() - keys.size());
    }

    private static Optional<JWK> usable(JsonNode one) {
        try {
            JWK key = JWK.parse(StrictJson.write(one));
            if (key instanceof OctetSequenceKey) {
                return Optional.empty();
            }
            JWK published = key.toPublicJWK();
            return VerificationKey.of(published).map(_ -> published);
        } catch (ParseException | IllegalArgumentException | SettingsException notForUs) {
            return Optional.empty();
        }
    }
}
