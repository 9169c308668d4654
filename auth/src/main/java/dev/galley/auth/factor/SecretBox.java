package dev.galley.auth.factor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps secrets of factors unreadable in the database: encrypted (AES-256-GCM) where they are needed again, as keyed digests where
 * they are only compared. Each is bound to what it belongs to, so that none can be moved to another row.
 */
public final class SecretBox {
    private static final String SEALED = "galley1.";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec encryption;
    private final SecretKeySpec digests;
    private final SecureRandom random;

    /** @param key 32 secret bytes, not from the database */
    public SecretBox(byte[] key, SecureRandom random) {
        this.encryption = new SecretKeySpec(hmac(new SecretKeySpec(key, "HmacSHA256"), "encryption"), "AES");
        this.digests = new SecretKeySpec(hmac(new SecretKeySpec(key, "HmacSHA256"), "digests"), "HmacSHA256");
        this.random = random;
    }

    public byte[] randomBytes(int number) {
        byte[] bytes = new byte[number];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Decimal digits. */
    public String randomCode(int digits) {
        StringBuilder code = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            code.append((char) ('0' + random.nextInt(10)));
        }
        return code.toString();
    }

    public String seal(String secret, String owner) {
        try {
            byte[] nonce = randomBytes(NONCE_BYTES);
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, owner);
            byte[] closed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            ByteBuffer whole =
                    ByteBuffer.allocate(nonce.length + closed.length).put(nonce).put(closed);
            return SEALED + Base64.getUrlEncoder().withoutPadding().encodeToString(whole.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** Empty when it was not sealed with this key for this owner. A secret that was never sealed comes from an imported project. */
    public Optional<String> open(String stored, String owner) {
        if (!stored.startsWith(SEALED)) {
            return Optional.of(stored);
        }
        try {
            byte[] whole = Base64.getUrlDecoder().decode(stored.substring(SEALED.length()));
            if (whole.length <= NONCE_BYTES) {
                return Optional.empty();
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(whole, NONCE_BYTES), owner);
            byte[] secret = cipher.doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
            return Optional.of(new String(secret, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, encryption, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** A keyed digest: a code has too few digits for a plain one. */
    public String digest(String code, String owner) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(digests, owner + "/" + code));
    }

    public boolean matches(String digest, String code, String owner) {
        return MessageDigest.isEqual(
                digest.getBytes(StandardCharsets.UTF_8), digest(code, owner).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(SecretKeySpec key, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
