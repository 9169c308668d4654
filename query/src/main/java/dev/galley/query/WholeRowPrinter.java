package dev.galley.query;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The one row of an answer that PostgreSQL made whole. */
final class WholeRowPrinter extends RowPrinter {
    private final boolean binary;

    /** @param binary whether the body is bytes in their text form */
    WholeRowPrinter(Compiled compiled, boolean binary, int sizeHint, int maxBytes) {
        super(compiled, sizeHint, maxBytes);
        this.binary = binary;
    }

    @Override
    void print(ByteBuf row, int index) {
        int length = row.getInt(index);
        if (length == NULL_LENGTH) {
            return;
        }
        int start = index + Integer.BYTES;
        if (!binary) {
            out.writeBytes(row, start, length);
        } else if (length >= 2 && row.getByte(start) == '\\' && row.getByte(start + 1) == 'x') {
            out.writeBytes(HexFormat.of().parseHex(row.toString(start + 2, length - 2, StandardCharsets.US_ASCII)));
        } else {
            unescape(row, start, start + length);
        }
    }

    /** The older text form, which a role may have chosen: two backslashes, or one and three octal digits. */
    private void unescape(ByteBuf row, int start, int end) {
        int at = start;
        while (at < end) {
            byte b = row.getByte(at++);
            if (b != '\\' || at >= end) {
                out.writeByte(b);
            } else if (row.getByte(at) == '\\') {
                out.writeByte(b);
                at++;
            } else {
                out.writeByte(
                        (row.getByte(at) - '0') << 6 | (row.getByte(at + 1) - '0') << 3 | (row.getByte(at + 2) - '0'));
                at += 3;
            }
        }
    }

    @Override
    void end() {}
}
