package dev.galley.auth.web3;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9IntegerConverter;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/**
 * Ethereum: an address is the end of the digest of a public key, which follows from the signature (SEC 1, 4.1.6) over the message with
 * the prefix of {@code personal_sign} (EIP-191). Contracts (EIP-1271) cannot be asked from here.
 */
record Ethereum() implements Chain {
    private static final Pattern ADDRESS = Pattern.compile("0x[a-fA-F0-9]{40}");
    private static final Pattern NETWORK = Pattern.compile("[1-9][0-9]{0,19}");
    private static final Pattern SIGNATURE = Pattern.compile("(?:0x)?[a-fA-F0-9]{130}");
    private static final int SCALAR = 32;
    private static final int ADDRESS_BYTES = 20;

    /** A signature says which of two keys it is by 27 or 28, from some wallets by 0 or 1. */
    private static final int FIRST_KEY = 27;

    @Override
    public String name() {
        return "ethereum";
    }

    @Override
    public String title() {
        return "Ethereum";
    }

    @Override
    public Pattern address() {
        return ADDRESS;
    }

    @Override
    public Pattern network() {
        return NETWORK;
    }

    @Override
    public boolean networkRequired() {
        return true;
    }

    /** Capitals are a checksum only. */
    @Override
    public String canonical(String address) {
        return address.toLowerCase(Locale.ROOT);
    }

    @Override
    public byte[] signature(String text) {
        if (!SIGNATURE.matcher(text).matches()) {
            throw Chain.badSignature("65 bytes long, encoded as a 130 character-long hexadecimal string");
        }
        return HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
    }

    @Override
    public boolean signed(String message, String address, byte[] signature) {
        int key = signature[2 * SCALAR] & 0xff;
        int second = key >= FIRST_KEY ? key - FIRST_KEY : key;
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, SCALAR));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, SCALAR, 2 * SCALAR));
        X9ECParameters curve = CustomNamedCurves.getByName("secp256k1");
        BigInteger order = curve.getN();
        if (second > 1 || r.signum() == 0 || s.signum() == 0 || r.compareTo(order) >= 0 || s.compareTo(order) >= 0) {
            return false;
        }
        ECPoint point;
        try {
            point = curve.getCurve().decodePoint(compressed(curve, r, second));
        } catch (IllegalArgumentException notOnTheCurve) {
            return false;
        }
        BigInteger digest = new BigInteger(1, personal(message));
        BigInteger inverse = r.modInverse(order);
        ECPoint publicKey = ECAlgorithms.sumOfTwoMultiplies(
                        curve.getG(),
                        digest.negate().multiply(inverse).mod(order),
                        point,
                        s.multiply(inverse).mod(order))
                .normalize();
        if (publicKey.isInfinity()) {
            return false;
        }
        byte[] encoded = publicKey.getEncoded(false);
        byte[] whole = keccak(Arrays.copyOfRange(encoded, 1, encoded.length));
        byte[] found = Arrays.copyOfRange(whole, whole.length - ADDRESS_BYTES, whole.length);
        return MessageDigest.isEqual(found, HexFormat.of().parseHex(address.substring(2)));
    }

    private static byte[] compressed(X9ECParameters curve, BigInteger x, int odd) {
        X9IntegerConverter converter = new X9IntegerConverter();
        byte[] bytes = converter.integerToBytes(x, 1 + converter.getByteLength(curve.getCurve()));
        bytes[0] = (byte) (2 + odd);
        return bytes;
    }

    private static byte[] personal(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        byte[] prefix = ("\u0019Ethereum Signed Message:\n" + bytes.length).getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(prefix, prefix.length + bytes.length);
        System.arraycopy(bytes, 0, whole, prefix.length, bytes.length);
        return keccak(whole);
    }

    private static byte[] keccak(byte[] bytes) {
        KeccakDigest digest = new KeccakDigest(256);
        digest.update(bytes, 0, bytes.length);
        byte[] result = new byte[digest.getDigestSize()];
        digest.doFinal(result, 0);
        return result;
    }
}
