package dev.galley.query;

import dev.galley.postgres.RowHandler;
import dev.galley.schema.MediaHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prints the rows of one execution into one growing buffer, each as it arrives. Confined to an event loop. */
abstract class RowPrinter implements RowHandler {
    /** Length of NULL in a DataRow. */
    static final int NULL_LENGTH = -1;

    private static final int LENGTH_BYTES = 4;
    private static final int COLUMN_COUNT_BYTES = 2;

    final Compiled compiled;
    final ByteBuf out;
    private final int maxBytes;
    private long rows;
    private long total = -1;
    private List<Execution.KeyColumn> key = List.of();

    RowPrinter(Compiled compiled, int sizeHint, int maxBytes) {
        this.compiled = compiled;
        this.maxBytes = maxBytes;
        this.out = ByteBufAllocator.DEFAULT.directBuffer(Math.min(sizeHint, maxBytes));
    }

    static RowPrinter of(Compiled compiled, Representation representation, int sizeHint, int maxBytes) {
        return switch (representation) {
            case ResultFormat format ->
                switch (format) {
                    case CSV -> new CsvRowPrinter(compiled, sizeHint, maxBytes);
                    case JSON, JSON_STRIPPED, JSON_OBJECT, JSON_OBJECT_STRIPPED ->
                        new JsonRowPrinter(compiled, format, sizeHint, maxBytes);
                };
            case Handled(MediaHandler handler) -> new WholeRowPrinter(compiled, handler.binary(), sizeHint, maxBytes);
            case Explained _ -> new PlanPrinter(compiled, sizeHint, maxBytes);
        };
    }

    /** Prints the row's columns, the first of which starts at {@code index}. */
    abstract void print(ByteBuf row, int index);

    /** Opens the text. */
    void begin() {}

    /** Closes the text. */
    abstract void end();

    @Override
    public final boolean restart() {
        out.clear();
        rows = 0;
        total = -1;
        key = List.of();
        begin();
        return true;
    }

    @Override
    public final void row(ByteBuf row) {
        int index = row.readerIndex() + COLUMN_COUNT_BYTES;
        if (compiled.shape() == Compiled.Shape.WHOLE) {
            whole(row, index);
            return;
        }
        if (compiled.counted()) {
            boolean ofThePage = row.getInt(index) != NULL_LENGTH;
            int totalAt = skip(row, index);
            total = number(row, totalAt);
            if (!ofThePage) {
                return;
            }
            index = skip(row, totalAt);
        }
        switch (compiled.shape()) {
            case COUNT -> rows = number(row, index);
            case SILENT -> rows++;
            case WHOLE, ROWS, ROW, VALUES, VALUE, PLAN -> {
                if ((long) out.readableBytes() + row.readableBytes() > maxBytes + overhead()) {
                    throw new ResultTooLarge(maxBytes);
                }
                print(row, index);
                rows++;
                if (out.readableBytes() > maxBytes) {
                    throw new ResultTooLarge(maxBytes);
                }
            }
        }
        if (rows == 1 && !compiled.keys().isEmpty()) {
            key = key(row, index);
        }
    }

    /** The total, the number of rows, and the body. */
    private void whole(ByteBuf row, int totalAt) {
        total = number(row, totalAt);
        int rowsAt = skip(row, totalAt);
        rows = number(row, rowsAt);
        int bodyAt = skip(row, rowsAt);
        // Bytes come as two digits each, behind a mark of two characters.
        if (row.getInt(bodyAt) / 2 - 1 > maxBytes) {
            throw new ResultTooLarge(maxBytes);
        }
        print(row, bodyAt);
        if (out.readableBytes() > maxBytes) {
            throw new ResultTooLarge(maxBytes);
        }
    }

    /** Bytes of a DataRow that are lengths, not text. */
    private int overhead() {
        return COLUMN_COUNT_BYTES + LENGTH_BYTES * compiled.columns().size();
    }

    private List<Execution.KeyColumn> key(ByteBuf row, int start) {
        int index = start;
        for (int i = 0; i < compiled.columns().size(); i++) {
            index = skip(row, index);
        }
        List<Execution.KeyColumn> columns = new ArrayList<>();
        for (String name : compiled.keys()) {
            columns.add(new Execution.KeyColumn(name, text(row, index)));
            index = skip(row, index);
        }
        return List.copyOf(columns);
    }

    /** The index after the column that starts at {@code index}. */
    static int skip(ByteBuf row, int index) {
        return index + LENGTH_BYTES + Math.max(0, row.getInt(index));
    }

    static Optional<String> text(ByteBuf row, int index) {
        int length = row.getInt(index);
        return length == NULL_LENGTH
                ? Optional.empty()
                : Optional.of(row.toString(index + LENGTH_BYTES, length, StandardCharsets.UTF_8));
    }

    private static long number(ByteBuf row, int index) {
        return text(row, index).map(Long::parseLong).orElse(0L);
    }

    /** The first column of a row as text. */
    static Optional<String> first(ByteBuf row) {
        return text(row, row.readerIndex() + COLUMN_COUNT_BYTES);
    }

    /** The column after the given number of others. */
    static Optional<String> after(int columns, ByteBuf row) {
        int index = row.readerIndex() + COLUMN_COUNT_BYTES;
        for (int i = 0; i < columns; i++) {
            index = skip(row, index);
        }
        return text(row, index);
    }

    final long rows() {
        return rows;
    }

    /** The total that was counted, or a negative number. */
    final long total() {
        return total;
    }

    final List<Execution.KeyColumn> key() {
        return key;
    }
}
