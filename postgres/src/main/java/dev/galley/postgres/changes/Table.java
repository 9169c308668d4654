package dev.galley.postgres.changes;

import java.util.List;

/**
 * A table as it was when the change was made.
 *
 * @param columns those that the publication has, in the table's order
 */
public record Table(int oid, String schema, String name, ReplicaIdentity identity, List<Column> columns) {
    public Table {
        columns = List.copyOf(columns);
    }

    /**
     * @param typeOid the type, a domain included
     * @param typeName the type's name in {@code pg_type}: int8, timestamptz, _text for an array of text; of a domain that of
     *     the type behind it
     * @param identity whether it is among the columns that identify an old row
     */
    public record Column(String name, int typeOid, int typeModifier, String typeName, boolean identity) {}

    /** What an old row holds. */
    public enum ReplicaIdentity {
        /** The primary key. */
        DEFAULT,
        /** Nothing. */
        NOTHING,
        /** All columns. */
        FULL,
        /** The columns of another unique index. */
        INDEX
    }

    /** The place of a column among {@link #columns}; -1 when there is none of that name. */
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        return -1;
    }
}
