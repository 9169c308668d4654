package dev.galley.http;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The digest of an answer, for its entity tag.
 *
 * <p>Small answers, where a write may depend on the tag, are digested by SHA-256. Above {@link #SMALL} that would cost more than a
 * few percent of the answer, and two cyclic checks are taken instead: no change by accident keeps both.
 */
public final class ContentDigest {
    /** Bytes. SHA-256 does 16 KiB in 10 microseconds. */
    private static final int SMALL = 16 << 10;

    /** Of the digest, in bytes. */
    private static final int LENGTH = 16;

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private ContentDigest() {}

    /** @return letters, digits, {@code -} and {@code _} */
    public static String of(ByteBuffer content) {
        return TEXT.encodeToString(content.remaining() <= SMALL ? sha256(content) : checks(content));
    }

    private static byte[] sha256(ByteBuffer content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content);
            return Arrays.copyOf(digest.digest(), LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] checks(ByteBuffer content) {
        int length = content.remaining();
        CRC32 one = new CRC32();
        one.update(content.duplicate());
        CRC32C other = new CRC32C();
        other.update(content);
        return ByteBuffer.allocate(LENGTH)
                .putInt((int) one.getValue())
                .putInt((int) other.getValue())
                .putLong(length)
                .array();
    }
}
