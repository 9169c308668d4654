package dev.galley.graphql;

import dev.galley.query.document.Predicate;
import dev.galley.schema.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The argument {@code filter} as a condition. What is empty or null asks for nothing. */
record FilterReader(Values values) {

    Optional<Predicate> read(@Nullable Object filter, Table table) {
        List<Predicate> all = conditions(filter, table);
        return all.isEmpty() ? Optional.empty() : Optional.of(new Predicate.All(all));
    }

    private List<Predicate> conditions(@Nullable Object filter, Table table) {
        List<Predicate> all = new ArrayList<>();
        Values.members(filter).forEach((field, given) -> {
            if (given != null) {
                condition(field, given, table).ifPresent(all::add);
            }
        });
        return all;
    }

    private Optional<Predicate> condition(String field, Object given, Table table) {
        Column column = table.fields().get(field);
        if (column != null) {
            return Optional.of(new Predicate.All(ofColumn(column, given)));
        }
        return switch (field) {
            case TableTypes.NODE_ID ->
                Optional.of(GlobalIds.predicate(Values.members(given).get("eq"), table, values));
            case "not" -> read(given, table).map(Predicate.Not::new);
            case "and" -> inner(given, table).map(Predicate.All::new);
            default -> inner(given, table).map(Predicate.Any::new);
        };
    }

    /** Empty when nothing stands in the list. */
    private Optional<List<Predicate>> inner(Object given, Table table) {
        List<?> filters = given instanceof List<?> list ? list : List.of(given);
        List<Predicate> inner = new ArrayList<>();
        for (Object each : filters) {
            read(each, table).ifPresent(inner::add);
        }
        return inner.isEmpty() ? Optional.empty() : Optional.of(inner);
    }

    private List<Predicate> ofColumn(Column column, Object given) {
        List<Predicate> all = new ArrayList<>();
        for (Map.Entry<String, @Nullable Object> each : Values.members(given).entrySet()) {
            Object value = each.getValue();
            switch (each.getKey()) {
                case Filters.IS -> {
                    if (value == null) {
                        throw GraphqlError.input("Error transpiling Is filter value type")
                                .thrown();
                    }
                    all.add(new Predicate.IsNull(column.name(), value.equals("NULL")));
                }
                case Filters.IN ->
                    all.add(new Predicate.OneOf(column.name(), value == null ? values.of(null) : values.array(value)));
                default -> {
                    Predicate.Operator operator = Filters.OPERATORS.get(each.getKey());
                    if (operator != null) {
                        all.add(new Predicate.Compare(column.name(), operator, values.of(value, column.type())));
                    }
                }
            }
        }
        return all;
    }
}
