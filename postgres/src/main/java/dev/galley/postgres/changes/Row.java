package dev.galley.postgres.changes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row, one for each of the table's columns, in PostgreSQL's text format. Whoever holds a row must not change the
 * arrays that it gives out.
 */
public final class Row {
    /** Stands for a large value that the change left as it was, and that the log therefore does not hold. */
    private static final byte[] UNCHANGED = new byte[0];

    private final byte[] @Nullable [] values;

    Row(byte[] @Nullable [] values) {
        this.values = values;
    }

    static byte[] unchanged() {
        return UNCHANGED;
    }

    public int size() {
        return values.length;
    }

    /** True too for the columns that an old row lacks because they are not part of the replica identity. */
    public boolean isNull(int column) {
        return values[column] == null;
    }

    /** Whether the value is a large one that the change did not touch; what it is is not known. */
    public boolean isUnchanged(int column) {
        return isUnchanged(values[column]);
    }

    /** The value in UTF-8; empty for NULL and for what is not known. */
    public Optional<byte[]> bytes(int column) {
        byte[] value = values[column];
        return value == null || isUnchanged(value) ? Optional.empty() : Optional.of(value);
    }

    /** The value; empty for NULL and for what is not known. */
    public Optional<String> text(int column) {
        return bytes(column).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** This row with the values that are not known taken from the old row, as far as that has them. */
    Row completedFrom(Row old) {
        byte[] @Nullable [] completed = values.clone();
        for (int i = 0; i < completed.length; i++) {
            if (isUnchanged(completed[i]) && old.values[i] != null) {
                completed[i] = old.values[i];
            }
        }
        return new Row(completed);
    }

    /** Only the mark itself is meant, not an empty text. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isUnchanged(byte @Nullable [] value) {
        return value == UNCHANGED;
    }

    /** About what it takes in memory. */
    int weight() {
        int bytes = 24;
        for (byte @Nullable [] value : values) {
            bytes += 8 + (value == null || isUnchanged(value) ? 0 : 16 + value.length);
        }
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row && Arrays.deepEquals(values, row.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    /** Without the values: they are users' data. */
    @Override
    public String toString() {
        return "Row of " + values.length;
    }
}
