package dev.galley.live;

import dev.galley.postgres.changes.Change;
import dev.galley.postgres.changes.Position;
import dev.galley.postgres.changes.Row;
import dev.galley.postgres.changes.Table;
import java.time.Instant;
import java.util.Optional;

/**
 * A change of one row.
 *
 * @param row empty for a deletion
 * @param old what is known of the row as it was
 */
record RowChange(
        Position position, Instant committedAt, Table table, Wish.Event event, Optional<Row> row, Optional<Row> old) {

    /** Empty for what is no change of one row. */
    static Optional<RowChange> of(Change change) {
        return switch (change) {
            case Change.Insert(var position, var at, var table, var row) ->
                Optional.of(new RowChange(position, at, table, Wish.Event.INSERT, Optional.of(row), Optional.empty()));
            case Change.Update(var position, var at, var table, var row, var old) ->
                Optional.of(new RowChange(position, at, table, Wish.Event.UPDATE, Optional.of(row), old));
            case Change.Delete(var position, var at, var table, var old) ->
                Optional.of(new RowChange(position, at, table, Wish.Event.DELETE, Optional.empty(), Optional.of(old)));
            case Change.Truncate _, Change.LogicalMessage _, Change.TransactionEnd _, Change.Gap _ -> Optional.empty();
        };
    }

    /** The row that filters look at: the new one, or the deleted one. */
    private Row looked() {
        return row.or(() -> old).orElseThrow();
    }

    /** Whether the column's value is known at all. */
    boolean knows(String column) {
        int place = table.indexOf(column);
        return place >= 0
                && !looked().isUnchanged(place)
                && (event != Wish.Event.DELETE
                        || table.identity() == Table.ReplicaIdentity.FULL
                        || table.columns().get(place).identity());
    }

    Optional<String> value(String column) {
        int place = table.indexOf(column);
        return place < 0 ? Optional.empty() : looked().text(place);
    }

    /** About how large it is. */
    int bytes() {
        return row.map(RowChange::bytes).orElse(0) + old.map(RowChange::bytes).orElse(0);
    }

    private static int bytes(Row row) {
        int bytes = 0;
        for (int i = 0; i < row.size(); i++) {
            bytes += row.bytes(i).map(value -> value.length).orElse(4);
        }
        return bytes;
    }
}
