package dev.galley.query;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Rows as comma-separated values in the shape of PostgreSQL's row literals, without their parentheses: NULL is nothing, an empty text is
 * {@code ""}, and quotes stand around a value only where needed. A header line of names comes first when there is a row.
 */
final class CsvRowPrinter extends RowPrinter {

    CsvRowPrinter(Compiled compiled, int sizeHint, int maxBytes) {
        super(compiled, sizeHint, maxBytes);
    }

    @Override
    void print(ByteBuf row, int start) {
        if (rows() == 0) {
            String names =
                    compiled.columns().stream().map(Compiled.Printed::name).collect(Collectors.joining(","));
            out.writeCharSequence(names, StandardCharsets.UTF_8);
        }
        out.writeByte('\n');
        int index = start;
        for (int i = 0; i < compiled.columns().size(); i++) {
            if (i > 0) {
                out.writeByte(',');
            }
            int length = row.getInt(index);
            if (length != NULL_LENGTH) {
                value(row, index + Integer.BYTES, length);
            }
            index = skip(row, index);
        }
    }

    private void value(ByteBuf row, int start, int length) {
        if (!needsQuotes(row, start, length)) {
            out.writeBytes(row, start, length);
            return;
        }
        out.writeByte('"');
        for (int i = start; i < start + length; i++) {
            byte b = row.getByte(i);
            if (b == '"' || b == '\\') {
                out.writeByte(b);
            }
            out.writeByte(b);
        }
        out.writeByte('"');
    }

    private static boolean needsQuotes(ByteBuf row, int start, int length) {
        return length == 0 || row.forEachByte(start, length, b -> !isSpecial(b)) >= 0;
    }

    private static boolean isSpecial(byte b) {
        return switch (b) {
            case '"', '\\', '(', ')', ',', ' ', '\t', '\n', '\r', '\f', 0x0b -> true;
            default -> false;
        };
    }

    @Override
    void end() {
        if (rows() == 0) {
            out.writeByte('\n');
        }
    }
}
