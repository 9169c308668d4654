package dev.galley.auth;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Wallets in software. */
final class Wallets {
    private Wallets() {}

    interface Wallet {
        String address();

        String sign(String message);
    }

    static final class Ethereum implements Wallet {
        private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
        private final BigInteger secret = new BigInteger(255, new SecureRandom()).add(BigInteger.ONE);
        private final byte[] publicKey =
                CURVE.getG().multiply(secret).normalize().getEncoded(false);

        @Override
        public String address() {
            byte[] digest = keccak(Arrays.copyOfRange(publicKey, 1, 65));
            return "0x" + HexFormat.of().formatHex(digest, 12, 32);
        }

        /** The second of the two keys that the signature may be of is the other way round: 27 or 28. */
        @Override
        public String sign(String message) {
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            byte[] prefix = ("\u0019Ethereum Signed Message:\n" + text.length).getBytes(StandardCharsets.UTF_8);
            byte[] whole = Arrays.copyOf(prefix, prefix.length + text.length);
            System.arraycopy(text, 0, whole, prefix.length, text.length);
            byte[] digest = keccak(whole);
            HMacDSAKCalculator nonces = new HMacDSAKCalculator(new SHA256Digest());
            ECDSASigner signer = new ECDSASigner(nonces);
            signer.init(
                    true,
                    new ECPrivateKeyParameters(
                            secret,
                            new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH())));
            BigInteger[] signature = signer.generateSignature(digest);
            nonces.init(CURVE.getN(), secret, digest);
            boolean odd = CURVE.getG()
                    .multiply(nonces.nextK())
                    .normalize()
                    .getAffineYCoord()
                    .testBitZero();
            return "0x" + hex(signature[0]) + hex(signature[1]) + (odd ? "1c" : "1b");
        }

        static String hex(BigInteger number) {
            String hex = number.toString(16);
            return "0".repeat(64 - hex.length()) + hex;
        }

        private static byte[] keccak(byte[] bytes) {
            KeccakDigest digest = new KeccakDigest(256);
            digest.update(bytes, 0, bytes.length);
            byte[] result = new byte[32];
            digest.doFinal(result, 0);
            return result;
        }
    }

    static final class Solana implements Wallet {
        private final byte[] secret = new byte[Ed25519.SECRET_KEY_SIZE];
        final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];

        Solana() {
            new SecureRandom().nextBytes(secret);
            Ed25519.generatePublicKey(secret, 0, publicKey, 0);
        }

        @Override
        public String address() {
            return base58(publicKey);
        }

        @Override
        public String sign(String message) {
            return signBytes(message.getBytes(StandardCharsets.UTF_8));
        }

        String signBytes(byte[] text) {
            byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
            Ed25519.sign(secret, 0, text, 0, text.length, signature, 0);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        }
    }

    static String base58(byte[] bytes) {
        String digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        StringBuilder text = new StringBuilder();
        BigInteger number = new BigInteger(1, bytes);
        while (number.signum() > 0) {
            BigInteger[] parts = number.divideAndRemainder(BigInteger.valueOf(58));
            text.append(digits.charAt(parts[1].intValue()));
            number = parts[0];
        }
        for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
            text.append('1');
        }
        return text.reverse().toString();
    }
}
