package dev.galley.storage.database;

import dev.galley.postgres.RowHandler;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps all rows of a statement, whose number the statement itself bounds. */
final class Rows implements RowHandler {
    private static final int COUNT_BYTES = 2;
    private static final int LENGTH_BYTES = 4;

    private final List<Row> rows = new ArrayList<>();

    @Override
    public void row(ByteBuf row) {
        @Nullable String[] columns = new @Nullable String[row.getShort(row.readerIndex())];
        int index = row.readerIndex() + COUNT_BYTES;
        for (int i = 0; i < columns.length; i++) {
            int length = row.getInt(index);
            index += LENGTH_BYTES;
            if (length >= 0) {
                columns[i] = row.toString(index, length, StandardCharsets.UTF_8);
                index += length;
            }
        }
        rows.add(new Row(Arrays.asList(columns)));
    }

    @Override
    public boolean restart() {
        rows.clear();
        return true;
    }

    List<Row> all() {
        return rows;
    }
}
