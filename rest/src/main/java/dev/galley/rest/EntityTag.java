package dev.galley.rest;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The entity tag of an answer (RFC 9110): {@code "rows.variant"}. The first part is a digest of the printed rows alone, the same
 * whether one row stands in an array or by itself, so that a write can be tied to rows that were read in either form. The variant tells
 * answers with the same rows apart: another media type, a total.
 *
 * <p>Small answers, where a write may depend on the tag, are digested by SHA-256. Above {@link #SMALL} that would cost more than a
 * few percent of the answer, and two cyclic checks are taken instead: no change by accident keeps both.
 */
record EntityTag(String rows, String variant) {
    /** Bytes. SHA-256 does 16 KiB in 10 microseconds. */
    private static final int SMALL = 16 << 10;

    /** Of the digest, in bytes. */
    private static final int LENGTH = 16;

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    /** @param contentRange the header, or nothing */
    static EntityTag of(ByteBuf body, MediaTypes.Format format, String contentRange) {
        int total = contentRange.indexOf('/');
        boolean counted = total >= 0 && !contentRange.endsWith("*");
        String variant =
                isPlain(format) ? "" : Integer.toHexString(format.contentType().hashCode());
        return new EntityTag(rows(body), counted ? variant + contentRange.substring(total) : variant);
    }

    private static boolean isPlain(MediaTypes.Format format) {
        return format.contentType().startsWith(MediaTypes.JSON);
    }

    /** The digest of an array's rows, whether its text is closed yet or not, or of another text as it is. */
    static String rows(ByteBuf body) {
        int start = body.readerIndex();
        int length = body.readableBytes();
        boolean array = length > 0 && body.getByte(start) == '[';
        boolean closed = array && body.getByte(start + length - 1) == ']';
        ByteBuffer text = body.nioBuffer(start + (array ? 1 : 0), length - (array ? 1 : 0) - (closed ? 1 : 0));
        return TEXT.encodeToString(text.remaining() <= SMALL ? sha256(text) : checks(text));
    }

    private static byte[] sha256(ByteBuffer text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(text);
            return Arrays.copyOf(digest.digest(), LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] checks(ByteBuffer text) {
        int length = text.remaining();
        CRC32 one = new CRC32();
        one.update(text.duplicate());
        CRC32C other = new CRC32C();
        other.update(text);
        return ByteBuffer.allocate(LENGTH)
                .putInt((int) one.getValue())
                .putInt((int) other.getValue())
                .putLong(length)
                .array();
    }

    /** As the header says it. */
    String quoted() {
        return '"' + rows + (variant.isEmpty() ? "" : "." + variant) + '"';
    }
}
