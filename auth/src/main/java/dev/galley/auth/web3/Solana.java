package dev.galley.auth.web3;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Solana: an address is an Ed25519 key in base 58. Wallets sign the message itself; hardware wallets sign it in the envelope for messages
 * that are no transactions.
 */
record Solana() implements Chain {
    private static final Pattern ADDRESS = Pattern.compile("[1-9A-HJ-NP-Za-km-z]{32,44}");
    private static final Pattern NETWORK = Pattern.compile("solana:(?:main|dev|test|local)net");
    private static final Pattern SIGNATURE = Pattern.compile("[A-Za-z0-9+/_-]{86}(?:==)?");
    private static final int LONGEST_ENVELOPE = 0xffff;
    private static final byte[] ENVELOPE = "\u00ffsolana offchain".getBytes(StandardCharsets.ISO_8859_1);
    private static final int DOMAIN_BYTES = 32;

    @Override
    public String name() {
        return "solana";
    }

    @Override
    public String title() {
        return "Solana";
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
        return false;
    }

    @Override
    public String canonical(String address) {
        return address;
    }

    @Override
    public byte[] signature(String text) {
        if (!SIGNATURE.matcher(text).matches()) {
            throw Chain.badSignature("64 bytes encoded as base64 with or without padding");
        }
        return Base64.getUrlDecoder()
                .decode(text.replace('+', '-').replace('/', '_').replace("=", ""));
    }

    /** Keys of small order are nobody's: everybody can sign for them. */
    @Override
    public boolean signed(String message, String address, byte[] signature) {
        byte[] key = Base58.decode(address);
        if (key.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyFull(key, 0)) {
            return false;
        }
        byte[] plain = message.getBytes(StandardCharsets.UTF_8);
        return verifies(plain, key, signature)
                || (plain.length <= LONGEST_ENVELOPE && verifies(enveloped(message, plain, key), key, signature));
    }

    private static boolean verifies(byte[] signed, byte[] key, byte[] signature) {
        return Ed25519.verify(signature, 0, key, 0, signed, 0, signed.length);
    }

    private static byte[] enveloped(String message, byte[] plain, byte[] key) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ENVELOPE);
        bytes.write(0);
        byte[] domain = message.substring(0, message.indexOf(' ')).getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(java.util.Arrays.copyOf(domain, DOMAIN_BYTES));
        bytes.write(0);
        bytes.write(1);
        bytes.writeBytes(key);
        bytes.write(plain.length & 0xff);
        bytes.write(plain.length >> 8);
        bytes.writeBytes(plain);
        return bytes.toByteArray();
    }
}
