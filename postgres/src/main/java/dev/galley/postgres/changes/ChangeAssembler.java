package dev.galley.postgres.changes;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes with positions of a connection's messages, one at a time: a transaction of any size takes no more memory than one
 * row, because the server sends it only when it has committed. Confined to the thread that reads the connection.
 */
final class ChangeAssembler {
    private final int history;
    private final IntFunction<String> builtInTypes;
    private final Map<Integer, Table> tables = new HashMap<>();
    private final Map<Integer, String> types = new HashMap<>();
    private @Nullable Open open;

    /** The transaction that is being read. */
    private static final class Open {
        final long lsn;
        final Instant committedAt;
        int index;

        Open(long lsn, Instant committedAt) {
            this.lsn = lsn;
            this.committedAt = committedAt;
        }
    }

    /** @param builtInTypes the names of the types of which the server says nothing */
    ChangeAssembler(int history, IntFunction<String> builtInTypes) {
        this.history = history;
        this.builtInTypes = builtInTypes;
    }

    /** Whether the rest of a transaction is still to come. */
    boolean inTransaction() {
        return open != null;
    }

    /** What the message says; empty for those that only explain others. */
    Optional<Change> accept(PgOutputMessage message) {
        return switch (message) {
            case PgOutputMessage.Begin begin -> {
                open = new Open(begin.finalLsn(), begin.committedAt());
                yield Optional.empty();
            }
            case PgOutputMessage.Commit _ -> {
                Open ended = transaction();
                open = null;
                yield Optional.of(new Change.TransactionEnd(Position.endOf(history, ended.lsn), ended.committedAt));
            }
            case PgOutputMessage.Relation relation -> {
                tables.put(relation.oid(), table(relation));
                yield Optional.empty();
            }
            case PgOutputMessage.Type type -> {
                types.put(type.oid(), type.name());
                yield Optional.empty();
            }
            case PgOutputMessage.Origin _ -> Optional.empty();
            case PgOutputMessage.Insert insert -> {
                Table table = table(insert.relation());
                yield Optional.of(new Change.Insert(next(), committedAt(), table, fit(insert.row(), table)));
            }
            case PgOutputMessage.Update update -> Optional.of(update(update));
            case PgOutputMessage.Delete delete -> {
                Table table = table(delete.relation());
                yield Optional.of(new Change.Delete(next(), committedAt(), table, fit(delete.old(), table)));
            }
            case PgOutputMessage.Truncate truncate -> {
                List<Table> truncated = new ArrayList<>();
                truncate.relations().forEach(oid -> truncated.add(table(oid)));
                yield Optional.of(
                        new Change.Truncate(next(), committedAt(), List.copyOf(truncated), truncate.cascade()));
            }
            case PgOutputMessage.Message sent -> Optional.of(message(sent));
        };
    }

    private Change update(PgOutputMessage.Update update) {
        Table table = table(update.relation());
        Optional<Row> old = update.old().map(row -> fit(row, table));
        Row row = fit(update.row(), table);
        return new Change.Update(
                next(), committedAt(), table, old.map(row::completedFrom).orElse(row), old);
    }

    private Change message(PgOutputMessage.Message sent) {
        return sent.transactional()
                ? new Change.LogicalMessage(next(), Optional.of(committedAt()), sent.prefix(), sent.content())
                : new Change.LogicalMessage(
                        Position.endOf(history, sent.lsn()), Optional.empty(), sent.prefix(), sent.content());
    }

    private Table table(PgOutputMessage.Relation relation) {
        List<Table.Column> columns = new ArrayList<>();
        for (PgOutputMessage.Relation.Column each : relation.columns()) {
            String known = types.get(each.typeOid());
            columns.add(new Table.Column(
                    each.name(),
                    each.typeOid(),
                    each.typeModifier(),
                    known == null ? builtInTypes.apply(each.typeOid()) : known,
                    each.identity()));
        }
        return new Table(relation.oid(), relation.schema(), relation.name(), identity(relation.identity()), columns);
    }

    private static Table.ReplicaIdentity identity(char letter) {
        return switch (letter) {
            case 'd' -> Table.ReplicaIdentity.DEFAULT;
            case 'n' -> Table.ReplicaIdentity.NOTHING;
            case 'f' -> Table.ReplicaIdentity.FULL;
            case 'i' -> Table.ReplicaIdentity.INDEX;
            default -> throw new PgOutputReader.Malformed("an unknown replica identity, " + (int) letter);
        };
    }

    private Table table(int oid) {
        Table table = tables.get(oid);
        if (table == null) {
            throw new PgOutputReader.Malformed("a change of a relation that was not described");
        }
        return table;
    }

    private static Row fit(Row row, Table table) {
        if (row.size() != table.columns().size()) {
            throw new PgOutputReader.Malformed("a row of another width than its table");
        }
        return row;
    }

    private Position next() {
        Open now = transaction();
        now.index++;
        return new Position(history, now.lsn, now.index);
    }

    private Instant committedAt() {
        return transaction().committedAt;
    }

    private Open transaction() {
        if (open == null) {
            throw new PgOutputReader.Malformed("a change outside a transaction");
        }
        return open;
    }
}
