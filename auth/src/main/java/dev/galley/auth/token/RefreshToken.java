package dev.galley.auth.token;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A refresh token of version 2: base64url of a zero byte, the session's UUID, a counter (unsigned LEB128), the first 16 bytes of
 * their HMAC-SHA-256 with the session's key, and the first 4 bytes of the SHA-256 of all that, by which a slip of the pen is told
 * from a forgery without asking the database.
 */
public final class RefreshToken {
    private static final int SIGNATURE_BYTES = 16;
    private static final int CHECK_BYTES = 4;
    private static final int UUID_BYTES = 16;

    /** Longest accepted text: the greatest counter takes ten bytes. */
    private static final int MAX_LENGTH = 64;

    private final UUID session;
    private final long counter;
    private final byte[] signed;
    private final byte[] signature;

    private RefreshToken(UUID session, long counter, byte[] signed, byte[] signature) {
        this.session = session;
        this.counter = counter;
        this.signed = signed;
        this.signature = signature;
    }

    public UUID session() {
        return session;
    }

    public long counter() {
        return counter;
    }

    public static String encode(UUID session, long counter, byte[] key) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.writeBytes(ByteBuffer.allocate(UUID_BYTES)
                .putLong(session.getMostSignificantBits())
                .putLong(session.getLeastSignificantBits())
                .array());
        for (long rest = counter; ; rest >>>= 7) {
            if ((rest & ~0x7fL) == 0) {
                out.write((int) rest);
                break;
            }
            out.write((int) (rest & 0x7f) | 0x80);
        }
        out.writeBytes(sign(out.toByteArray(), key));
        out.writeBytes(check(out.toByteArray()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
    }

    /** Empty for what no server has ever issued. Whether it is genuine only {@link #signedWith} tells. */
    public static Optional<RefreshToken> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        // One token has one spelling: the last letter of Base64 has bits that mean nothing.
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)) {
            return Optional.empty();
        }
        int end = bytes.length - SIGNATURE_BYTES - CHECK_BYTES;
        int at = 1 + UUID_BYTES;
        if (end <= at || bytes[0] != 0) {
            return Optional.empty();
        }
        byte[] unchecked = Arrays.copyOf(bytes, bytes.length - CHECK_BYTES);
        if (!Arrays.equals(check(unchecked), Arrays.copyOfRange(bytes, unchecked.length, bytes.length))) {
            return Optional.empty();
        }
        ByteBuffer uuid = ByteBuffer.wrap(bytes, 1, UUID_BYTES);
        UUID session = new UUID(uuid.getLong(), uuid.getLong());
        long counter = 0;
        int shift = 0;
        while (at < end) {
            byte next = bytes[at++];
            counter |= (long) (next & 0x7f) << shift;
            shift += 7;
            if (next >= 0) {
                break;
            }
            if (shift > 56) {
                return Optional.empty();
            }
        }
        return at == end
                ? Optional.of(new RefreshToken(
                        session,
                        counter,
                        Arrays.copyOf(bytes, end),
                        Arrays.copyOfRange(bytes, end, end + SIGNATURE_BYTES)))
                : Optional.empty();
    }

    /** Whether the holder of this key issued it; in constant time. */
    public boolean signedWith(byte[] key) {
        return MessageDigest.isEqual(sign(signed, key), signature);
    }

    private static byte[] sign(byte[] bytes, byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Arrays.copyOf(mac.doFinal(bytes), SIGNATURE_BYTES);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    private static byte[] check(byte[] bytes) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bytes), CHECK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Never prints a token. */
    @Override
    public String toString() {
        return "RefreshToken[session=" + session + "]";
    }
}
