package dev.galley.realtime;

import dev.galley.postgres.RowHandler;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the rows of a statement that has few. */
final class TextRows implements RowHandler {
    private static final int COUNT_BYTES = 2;
    private static final int LENGTH_BYTES = 4;

    private final List<List<Optional<String>>> rows = new ArrayList<>();

    @Override
    public void row(ByteBuf row) {
        int columns = row.getShort(row.readerIndex());
        int index = row.readerIndex() + COUNT_BYTES;
        List<Optional<String>> cells = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            int length = row.getInt(index);
            index += LENGTH_BYTES;
            cells.add(length < 0 ? Optional.empty() : Optional.of(row.toString(index, length, StandardCharsets.UTF_8)));
            index += Math.max(0, length);
        }
        rows.add(cells);
    }

    @Override
    public boolean restart() {
        rows.clear();
        return true;
    }

    List<List<Optional<String>>> rows() {
        return rows;
    }

    /** Whether it is in the first column of a row. */
    boolean contains(String value) {
        return rows.stream().anyMatch(row -> row.getFirst().equals(Optional.of(value)));
    }
}
