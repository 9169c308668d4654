package dev.galley.query.document;

import dev.galley.query.Parameters;
import dev.galley.query.Types;
import dev.galley.query.Value;
import dev.galley.schema.Column;
import dev.galley.schema.Type;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Conditions as SQL. Every value is a parameter, cast to the type of the column it meets. */
final class ConditionSql {
    private final Parameters parameters;

    ConditionSql(Parameters parameters) {
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
        };
    }

    private String joined(List<Predicate> predicates, String by, String none, Around row) {
        return predicates.isEmpty()
                ? none
                : predicates.stream().map(each -> of(each, row)).collect(Collectors.joining(by, "(", ")"));
    }

    /** Rows behind the cursor in this order; a cursor may be of fewer columns than the order. */
    String behind(List<Order> order, boolean backwards, List<Value> cursor, Around row) {
        if (cursor.isEmpty()) {
            return "false";
        }
        Order first = order.getFirst();
        String column = row.column(first.column());
        String value = value(cursor.getFirst(), column(row, first.column()));
        String rest = cursor.size() == 1 || order.size() == 1
                ? "false"
                : behind(order.subList(1, order.size()), backwards, cursor.subList(1, cursor.size()), row);
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

    static Type column(Around row, String name) {
        return Optional.ofNullable(row.relation().columns().get(name))
                .map(Column::type)
                .orElseThrow(() -> new IllegalArgumentException("no column " + name));
    }
}
