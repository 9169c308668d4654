package dev.galley.graphql;

import dev.galley.postgres.RowHandler;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Keeps the cells of a statement's one row. */
final class Cells implements RowHandler {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final int COUNT_BYTES = 2;
    private static final int LENGTH_BYTES = 4;

    private final List<byte[]> cells = new ArrayList<>();
    private final IntConsumer taken;

    /** @param taken is told of every cell's length, and may refuse by an exception */
    Cells(IntConsumer taken) {
        this.taken = taken;
    }

    @Override
    public void row(ByteBuf row) {
        int columns = row.getShort(row.readerIndex());
        int index = row.readerIndex() + COUNT_BYTES;
        for (int i = 0; i < columns; i++) {
            int length = row.getInt(index);
            index += LENGTH_BYTES;
            if (length < 0) {
                cells.add(NULL);
                continue;
            }
            taken.accept(length);
            byte[] cell = new byte[length];
            row.getBytes(index, cell);
            cells.add(cell);
            index += length;
        }
    }

    @Override
    public boolean restart() {
        cells.clear();
        return true;
    }

    /** JSON. */
    byte[] get(int column) {
        return cells.size() > column ? cells.get(column) : NULL;
    }
}
