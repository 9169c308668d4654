package dev.galley.graphql;

import dev.galley.query.document.Predicate;
import dev.galley.query.document.Source;
import dev.galley.schema.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The argument {@code filter} as a condition. What is empty or null asks for nothing. */
record FilterReader(Values values) {
    private static final String AND = "and";
    private static final String OR = "or";
    private static final String NOT = "not";
    static final String SOME = "some";
    static final String EVERY = "every";
    static final String NONE = "none";

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
            if (!table.rights().select().contains(column.name())) {
                throw unknown(field, table);
            }
            return Optional.of(new Predicate.All(ofColumn(column, given)));
        }
        return switch (field) {
            case TableTypes.NODE_ID -> {
                Map<String, @Nullable Object> asked = Values.members(given);
                yield asked.containsKey("eq")
                        ? Optional.of(GlobalIds.predicate(asked.get("eq"), table, values))
                        : Optional.empty();
            }
            case NOT -> read(given, table).map(Predicate.Not::new);
            case AND -> inner(given, table).map(Predicate.All::new);
            case OR -> inner(given, table).map(Predicate.Any::new);
            default -> Optional.of(related(field, given, table));
        };
    }

    private static GraphqlException unknown(String field, Table table) {
        return Values.extra(table.type() + "Filter", List.of(field));
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

    private Predicate related(String field, Object given, Table table) {
        if (!table.has(Extension.RELATED_FILTERS)) {
            throw unknown(field, table);
        }
        Meaning meaning =
                values.schema().meanings().getOrDefault(table.type(), Map.of()).get(field);
        return switch (meaning) {
            case Meaning.ToOne(var to, var pairs) ->
                new Predicate.Some(new Source.Related(to.relation().name(), pairs), all(given, to));
            case Meaning.ToMany(var to, var source) -> many(given, to, source);
            case null, default -> throw unknown(field, table);
        };
    }

    private Predicate many(Object given, Table to, Source source) {
        List<Predicate> all = new ArrayList<>();
        Values.members(given).forEach((name, filter) -> {
            if (filter != null) {
                all.add(
                        switch (name) {
                            case SOME -> new Predicate.Some(source, all(filter, to));
                            case NONE -> new Predicate.Not(new Predicate.Some(source, all(filter, to)));
                            case EVERY -> new Predicate.Every(source, all(filter, to));
                            default -> throw Values.extra(to.type() + TableTypes.RELATED_FILTER, List.of(name));
                        });
            }
        });
        return new Predicate.All(all);
    }

    private Predicate all(Object filter, Table table) {
        return new Predicate.All(conditions(filter, table));
    }

    private static boolean isNull(@Nullable Object value) {
        return switch (Values.choice(value).orElse("")) {
            case "NULL" -> true;
            case "NOT_NULL" -> false;
            default ->
                throw GraphqlError.input("Error transpiling Is filter value" + (value == null ? " type" : ""))
                        .thrown();
        };
    }

    private List<Predicate> ofColumn(Column column, Object given) {
        List<Predicate> all = new ArrayList<>();
        for (Map.Entry<String, @Nullable Object> each : Values.members(given).entrySet()) {
            Object value = each.getValue();
            switch (each.getKey()) {
                case Filters.IS -> all.add(new Predicate.IsNull(column.name(), isNull(value)));
                case Filters.IN ->
                    all.add(new Predicate.OneOf(
                            column.name(), value == null ? values.of(null) : values.arrayOf(value, column)));
                default -> {
                    Predicate.Operator operator = Filters.OPERATORS.get(each.getKey());
                    if (operator == null) {
                        throw GraphqlError.input("Invalid filter operation: " + each.getKey())
                                .thrown();
                    }
                    all.add(new Predicate.Compare(column.name(), operator, values.of(value, column)));
                }
            }
        }
        return all;
    }
}
