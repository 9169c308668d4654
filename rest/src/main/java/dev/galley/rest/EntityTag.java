package dev.galley.rest;

import dev.galley.http.ContentDigest;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * The entity tag of an answer (RFC 9110): {@code "rows.variant"}. The first part is a digest of the printed rows alone, the same
 * whether one row stands in an array or by itself, so that a write can be tied to rows that were read in either form. The variant tells
 * answers with the same rows apart: another media type, a total.
 */
record EntityTag(String rows, String variant) {
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
        return ContentDigest.of(text);
    }

    /** As the header says it. */
    String quoted() {
        return '"' + rows + (variant.isEmpty() ? "" : "." + variant) + '"';
    }
}
