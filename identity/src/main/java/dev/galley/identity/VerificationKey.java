package dev.galley.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.galley.settings.SettingsException;
import java.util.Optional;
import java.util.Set;

/**
 * One key that signatures are checked with, and the algorithms it is for: a key never decides by the token's word alone
 * how it is used, so an RSA public key can never be taken for the secret of an HMAC.
 *
 * @param kid the key's name; a token that names a key is checked with that key only
 * @param ours whether we could have signed with it ourselves
 */
record VerificationKey(Optional<String> kid, Set<JWSAlgorithm> algorithms, boolean ours, Check check) {
    private static final int MIN_RSA_BITS = 2048;

    /** Checks one signature. */
    @FunctionalInterface
    interface Check {
        boolean holds(JWSAlgorithm algorithm, byte[] signed, byte[] signature);
    }

    /** Empty for a key that is not for signatures. */
    static Optional<VerificationKey> of(JWK jwk) {
        boolean otherUse = jwk.getKeyUse() != null && !KeyUse.SIGNATURE.equals(jwk.getKeyUse());
        boolean otherOperation = jwk.getKeyOperations() != null
                && !jwk.getKeyOperations().contains(KeyOperation.VERIFY)
                && !jwk.getKeyOperations().contains(KeyOperation.SIGN);
        if (otherUse || otherOperation) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    switch (jwk) {
                        case OctetSequenceKey secret -> hmac(secret);
                        case RSAKey rsa -> rsa(rsa);
                        case ECKey ec -> withVerifier(jwk, new ECDSAVerifier(ec.toPublicJWK()));
                        case OctetKeyPair pair ->
                            key(jwk, Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519), Ed25519.check(pair));
                        default -> throw new SettingsException("A JWK has an unknown type: " + jwk.getKeyType());
                    });
        } catch (JOSEException e) {
            // The cause may quote key material.
            throw new SettingsException("A JWK of type " + jwk.getKeyType() + " cannot be used to verify tokens");
        }
    }

    private static VerificationKey hmac(OctetSequenceKey secret) throws JOSEException {
        if (secret.toByteArray().length < IdentitySettings.MIN_SECRET_LENGTH) {
            throw new SettingsException("A JWK of type oct must have at least 32 bytes");
        }
        return withVerifier(secret, new MACVerifier(secret.toByteArray()));
    }

    private static VerificationKey rsa(RSAKey rsa) throws JOSEException {
        if (rsa.size() < MIN_RSA_BITS) {
            throw new SettingsException("A JWK of type RSA must have at least 2048 bits");
        }
        return withVerifier(rsa, new RSASSAVerifier(rsa.toPublicJWK()));
    }

    private static VerificationKey withVerifier(JWK jwk, JWSVerifier verifier) {
        return key(jwk, verifier.supportedJWSAlgorithms(), (algorithm, signed, signature) -> {
            try {
                return verifier.verify(new JWSHeader(algorithm), signed, Base64URL.encode(signature));
            } catch (JOSEException e) {
                return false; // a signature of the wrong shape
            }
        });
    }

    private static VerificationKey key(JWK jwk, Set<JWSAlgorithm> supported, Check check) {
        Set<JWSAlgorithm> algorithms = Set.copyOf(supported);
        if (jwk.getAlgorithm() != null) {
            JWSAlgorithm only = JWSAlgorithm.parse(jwk.getAlgorithm().getName());
            if (!algorithms.contains(only)) {
                throw new SettingsException(
                        "A JWK of type " + jwk.getKeyType() + " cannot be used with its algorithm " + only);
            }
            algorithms = Set.of(only);
        }
        return new VerificationKey(Optional.ofNullable(jwk.getKeyID()), algorithms, jwk.isPrivate(), check);
    }
}
