package dev.galley.identity;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import dev.galley.settings.SettingsException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** Checks Ed25519 signatures with the platform's own implementation; the JOSE library would need another library for it. */
final class Ed25519 {
    private Ed25519() {}

    static VerificationKey.Check check(OctetKeyPair pair) {
        if (!Curve.Ed25519.equals(pair.getCurve())) {
            throw new SettingsException("A JWK of type OKP must be of the curve Ed25519");
        }
        PublicKey key = publicKey(pair.getDecodedX());
        return (algorithm, signed, signature) -> {
            try {
                Signature verifier = Signature.getInstance("Ed25519");
                verifier.initVerify(key);
                verifier.update(signed);
                return verifier.verify(signature);
            } catch (GeneralSecurityException e) {
                return false; // a signature of the wrong shape
            }
        };
    }

    /** RFC 8032, 5.1.2: y in little-endian order, the highest bit says whether x is odd. */
    private static PublicKey publicKey(byte[] encoded) {
        if (encoded.length != 32) {
            throw new SettingsException("A JWK of the curve Ed25519 must have 32 bytes");
        }
        boolean xOdd = (encoded[31] & 0x80) != 0;
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
            bigEndian[i] = encoded[31 - i];
        }
        bigEndian[0] &= 0x7f;
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(
                            NamedParameterSpec.ED25519, new EdECPoint(xOdd, new BigInteger(1, bigEndian))));
        } catch (GeneralSecurityException e) {
            throw new SettingsException("A JWK of the curve Ed25519 is not a point of it");
        }
    }
}
