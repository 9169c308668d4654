package dev.galley.query;

import io.netty.buffer.ByteBuf;

/** The rows of an EXPLAIN: each one line of text, or all the JSON. */
final class PlanPrinter extends RowPrinter {
    PlanPrinter(Compiled compiled, int sizeHint, int maxBytes) {
        super(compiled, sizeHint, maxBytes);
    }

    @Override
    void print(ByteBuf row, int index) {
        int length = row.getInt(index);
        out.writeBytes(row, index + Integer.BYTES, Math.max(0, length));
        out.writeByte('\n');
    }

    @Override
    void end() {}
}
