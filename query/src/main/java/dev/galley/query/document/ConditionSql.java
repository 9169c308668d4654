package dev.galley.query.document;

import dev.galley.query.Parameters;
import dev.galley.query.Types;
import dev.galley.query.Value;
import dev.galley.schema.Column;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Conditions as SQL. Every value is a parameter, cast to the type of the column it meets. */
final class ConditionSql {
    private final ReadSql reads;
    private final Parameters parameters;

    ConditionSql(ReadSql reads, Parameters parameters) {
        this.reads = reads;
        this.parameters = parameters;
    }

    String of(Predicate predicate, Around row) {
        return switch (predicate) {
            case Predicate.All(var all) -> joined(all, " AND ", "true", row);
            case Predicate.Any(var any) -> joined(any, " OR ", "false", row);
            case Predicate.Not(var inner) -> "NOT (" + of(inner, row) + ")";
            case Predicate.Compare(var column, var operator, var value) ->
                row.column(column) + " " + operator.sql() + " " + value(value, column(row, column));
            case Predicate.OneOf(var column, var values) ->
                row.column(column) + " = ANY (CAST(" + parameters.add(values) + " AS "
                        + Types.unmodified(column(row, column)) + "[]))";
            case Predicate.IsNull(var column, var wanted) ->
                row.column(column) + (wanted ? " IS NULL" : " IS NOT NULL");
            case Predicate.Some(var source, var where) -> "EXISTS (" + related(source, row, where, "") + ")";
            case Predicate.Every(var source, var where) ->
                "NOT EXISTS (" + related(source, row, where, " IS NOT TRUE") + ")";
        };
    }

    private String related(Source source, Around outer, Predicate where, String truth) {
        Around row = Around.table(reads.relation(source.relation()), reads.alias());
        return "SELECT FROM " + reads.from(source, row, Optional.of(outer)) + " WHERE "
                + reads.condition(source, Optional.empty(), row, Optional.of(outer)) + " AND (" + of(where, row) + ")"
                + truth;
    }

    /** What rows are sorted by. */
    String by(Order.By by, Around row) {
        return switch (by) {
            case Order.Column(var name) -> row.column(name);
            case Order.OfRelated(var relation, var pairs, var inner) -> {
                Source source = new Source.Related(relation, pairs);
                Around related = Around.table(reads.relation(relation), reads.alias());
                yield "(SELECT " + by(inner, related) + " FROM " + reads.from(source, related, Optional.of(row))
                        + " WHERE " + reads.condition(source, Optional.empty(), related, Optional.of(row))
                        + " LIMIT 1)";
            }
            case Order.Count(var source) -> {
                Around related = Around.table(reads.relation(source.relation()), reads.alias());
                yield "(SELECT count(*) FROM " + reads.from(source, related, Optional.of(row)) + " WHERE "
                        + reads.condition(source, Optional.empty(), related, Optional.of(row)) + ")";
            }
        };
    }

    private String type(Order.By by, Around row) {
        return switch (by) {
            case Order.Column(var name) -> Types.unmodified(column(row, name));
            case Order.OfRelated(var relation, var _, var inner) ->
                type(inner, Around.table(reads.relation(relation), row.alias()));
            case Order.Count _ -> "bigint";
        };
    }

    private String joined(List<Predicate> predicates, String by, String none, Around row) {
        return predicates.isEmpty()
                ? none
                : predicates.stream().map(each -> of(each, row)).collect(Collectors.joining(by, "(", ")"));
    }

    /** Rows behind the cursor in this order; a cursor may be of fewer columns than the order. */
    String behind(List<Order> order, boolean backwards, List<Value> cursor, Around row) {
        List<Order> counted = order.subList(0, Math.min(order.size(), cursor.size()));
        return isPlain(counted, row)
                ? compared(counted, counted.getFirst().descending() == backwards ? " > " : " < ", cursor, row)
                : anyBehind(order, backwards, cursor, row);
    }

    /** Rows that are not behind the cursor. */
    String notBehind(List<Order> order, boolean backwards, List<Value> cursor, Around row) {
        List<Order> counted = order.subList(0, Math.min(order.size(), cursor.size()));
        return isPlain(counted, row)
                ? compared(counted, counted.getFirst().descending() == backwards ? " <= " : " >= ", cursor, row)
                : "(" + anyBehind(order, backwards, cursor, row) + ") IS NOT TRUE";
    }

    /** Columns that are never null and all sorted one way: an index finds the place. */
    private static boolean isPlain(List<Order> order, Around row) {
        return !order.isEmpty()
                && order.stream()
                        .allMatch(each -> each.descending() == order.getFirst().descending()
                                && each.by() instanceof Order.Column(var name)
                                && row.relation()
                                        .column(name)
                                        .filter(column -> !column.nullable())
                                        .isPresent());
    }

    private String compared(List<Order> order, String operator, List<Value> cursor, Around row) {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            columns.add(by(order.get(i).by(), row));
            values.add("CAST(" + parameters.add(cursor.get(i)) + " AS "
                    + type(order.get(i).by(), row) + ")");
        }
        return "((" + String.join(", ", columns) + ")" + operator + "(" + String.join(", ", values) + "))";
    }

    private String anyBehind(List<Order> order, boolean backwards, List<Value> cursor, Around row) {
        if (cursor.isEmpty()) {
            return "false";
        }
        Order first = order.getFirst();
        String column = by(first.by(), row);
        String value = "CAST(" + parameters.add(cursor.getFirst()) + " AS " + type(first.by(), row) + ")";
        String rest = cursor.size() == 1 || order.size() == 1
                ? "false"
                : anyBehind(order.subList(1, order.size()), backwards, cursor.subList(1, cursor.size()), row);
        boolean nullsFirst = first.nullsFirst() != backwards;
        String nulls = nullsFirst
                ? column + " IS NOT NULL AND " + value + " IS NULL"
                : column + " IS NULL AND " + value + " IS NOT NULL";
        return "(" + column + (first.descending() == backwards ? " > " : " < ") + value + " OR (" + nulls + ") OR ("
                + column + " IS NOT DISTINCT FROM " + value + " AND " + rest + "))";
    }

    String value(Value value, Type type) {
        return "CAST(" + parameters.add(value) + " AS " + Types.unmodified(type) + ")";
    }

    /** @param value text form of an array of texts */
    String texts(Value value) {
        return "CAST(" + parameters.add(value) + " AS text[])";
    }

    static Type column(Around row, String name) {
        return Optional.ofNullable(row.relation().columns().get(name))
                .map(Column::type)
                .orElseThrow(() -> new IllegalArgumentException("no column " + name));
    }
}
