package dev.galley.query;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Prints one value as JSON from its wire bytes, without decoding it. This and the loop over the columns are the hottest code of a read.
 * The result is byte for byte what PostgreSQL's {@code to_json} prints; a test compares them for every type.
 */
final class JsonPrinter {
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private JsonPrinter() {}

    static void print(WireForm form, ByteBuf in, int index, int length, ByteBuf out) {
        switch (form) {
            case JSON, NUMBER -> out.writeBytes(in, index, length);
            case FLOAT -> number(in, index, length, out);
            case BOOLEAN -> out.writeBytes(in.getByte(index) == 't' ? TRUE : FALSE);
            case TEXT -> text(in, index, length, out);
            case BARE -> bare(in, index, length, out);
            case DATE -> {
                requireIso(in, index, index + length);
                bare(in, index, length, out);
            }
            case TIMESTAMP, TIMESTAMPTZ -> timestamp(form, in, index, length, out);
            case VOID -> out.writeBytes(NULL);
        }
    }

    /** A number is bare when it ends in a digit; NaN and Infinity are quoted. */
    private static void number(ByteBuf in, int index, int length, ByteBuf out) {
        byte last = in.getByte(index + length - 1);
        if (last >= '0' && last <= '9') {
            out.writeBytes(in, index, length);
        } else {
            bare(in, index, length, out);
        }
    }

    private static void bare(ByteBuf in, int index, int length, ByteBuf out) {
        out.writeByte('"');
        out.writeBytes(in, index, length);
        out.writeByte('"');
    }

    /**
     * {@code to_json} writes dates as ISO 8601 whatever the DateStyle; their text is so too unless something changed the style
     * within the request. Other settings (TimeZone, IntervalStyle, extra_float_digits) change both alike.
     */
    private static void requireIso(ByteBuf in, int start, int end) {
        byte last = in.getByte(end - 1);
        int dayEnd = last == 'C' ? end - " BC".length() : end;
        if (last != 'y' && (dayEnd - start < 3 || in.getByte(dayEnd - 3) != '-')) {
            throw new IllegalStateException("the DateStyle was changed within the request: only ISO can be printed");
        }
    }

    private static void timestamp(WireForm form, ByteBuf in, int index, int length, ByteBuf out) {
        out.writeByte('"');
        int space = in.indexOf(index, index + length, (byte) ' ');
        requireIso(in, index, space < 0 ? index + length : space);
        if (space < 0) {
            out.writeBytes(in, index, length);
        } else {
            out.writeBytes(in, index, space - index);
            out.writeByte('T');
            afterDate(form, in, space + 1, index + length, out);
        }
        out.writeByte('"');
    }

    private static void afterDate(WireForm form, ByteBuf in, int start, int end, ByteBuf out) {
        int era = in.indexOf(start, end, (byte) ' ');
        int offsetEnd = era < 0 ? end : era;
        out.writeBytes(in, start, offsetEnd - start);
        byte sign = in.getByte(offsetEnd - 3);
        if (form == WireForm.TIMESTAMPTZ && (sign == '+' || sign == '-')) {
            out.writeByte(':').writeByte('0').writeByte('0');
        }
        out.writeBytes(in, offsetEnd, end - offsetEnd);
    }

    private static void text(ByteBuf in, int index, int length, ByteBuf out) {
        out.ensureWritable(length + 2);
        out.writeByte('"');
        int end = index + length;
        int from = index;
        while (true) {
            int stop = firstSpecial(in, from, end);
            out.writeBytes(in, from, stop - from);
            if (stop == end) {
                break;
            }
            escape(in.getByte(stop), out);
            from = stop + 1;
        }
        out.writeByte('"');
    }

    /** The first byte that cannot stand in a JSON string as it is; eight at a time while there is none. */
    private static int firstSpecial(ByteBuf in, int from, int end) {
        int i = from;
        while (i + Long.BYTES <= end && !mayHaveSpecial(in.getLong(i))) {
            i += Long.BYTES;
        }
        while (i < end && !isSpecial(in.getByte(i))) {
            i++;
        }
        return i;
    }

    private static boolean isSpecial(byte b) {
        return (b >= 0 && b < ' ') || b == '"' || b == '\\';
    }

    /** Subtracting borrows from the high bit of every byte below the other; bytes above 0x7f are masked out. */
    private static boolean mayHaveSpecial(long eight) {
        long quotes = eight ^ QUOTES;
        long backslashes = eight ^ BACKSLASHES;
        long found = ((eight - SPACES) & ~eight) | ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes);
        return (found & HIGH_BITS) != 0;
    }

    private static void escape(byte b, ByteBuf out) {
        out.writeByte('\\');
        switch (b) {
            case '"', '\\' -> out.writeByte(b);
            case '\b' -> out.writeByte('b');
            case '\f' -> out.writeByte('f');
            case '\n' -> out.writeByte('n');
            case '\r' -> out.writeByte('r');
            case '\t' -> out.writeByte('t');
            default -> {
                out.writeByte('u').writeByte('0').writeByte('0');
                out.writeByte(HEX[b >> 4]).writeByte(HEX[b & 15]);
            }
        }
    }

    /** A name with its colon, as it stands before a value. */
    static byte[] key(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        ByteBuf in = Unpooled.wrappedBuffer(utf8);
        ByteBuf out = Unpooled.buffer(utf8.length + 3);
        text(in, 0, utf8.length, out);
        out.writeByte(':');
        byte[] key = new byte[out.readableBytes()];
        out.readBytes(key);
        return key;
    }
}
