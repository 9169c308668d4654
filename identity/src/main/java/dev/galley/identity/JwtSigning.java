package dev.galley.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import dev.galley.settings.SettingsException;
import java.util.Optional;

/** Signs tokens with one key. To be kept: making a signer of a key takes about as long as a signature. Safe for many threads. */
final class JwtSigning {
    private final JWK key;
    private final JWSSigner signer;
    private final JWSHeader header;

    /** @throws SettingsException when it is no key to sign with */
    JwtSigning(JWK key) {
        this.key = key;
        try {
            this.signer = new DefaultJWSSignerFactory().createJWSSigner(key);
        } catch (JOSEException e) {
            throw unable(key);
        }
        JWSAlgorithm algorithm = Optional.ofNullable(key.getAlgorithm())
                .map(named -> JWSAlgorithm.parse(named.getName()))
                .orElseGet(() -> signer.supportedJWSAlgorithms().contains(JWSAlgorithm.HS256)
                        ? JWSAlgorithm.HS256
                        : signer.supportedJWSAlgorithms().iterator().next());
        this.header = new JWSHeader.Builder(algorithm)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build();
    }

    /** A token (JWS, compact) with these claims. */
    String sign(String claims) {
        JWSObject token = new JWSObject(header, new Payload(claims));
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw unable(key);
        }
        return token.serialize();
    }

    private static SettingsException unable(JWK key) {
        return new SettingsException("The key of type " + key.getKeyType() + " cannot sign tokens");
    }
}
