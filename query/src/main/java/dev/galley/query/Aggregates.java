package dev.galley.query;

import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Aggregates of a select list. What stands beside them is what is grouped by. An aggregate inside a spread embed is of no use there (it
 * would see one row): its argument is lifted to the parent and aggregated in the first level that is not itself spread.
 */
final class Aggregates {
    private static final Optional<FieldPath> BARE_COUNT = Optional.of(FieldPath.of("count"));

    private Aggregates() {}

    /** Whether a level has to be grouped. */
    static boolean in(Selection selection) {
        for (Selection.Item item : selection.items()) {
            switch (item) {
                case Selection.Field field
                when field.aggregate().isPresent() -> {
                    return true;
                }
                case Selection.Embed embed
                when embed.spread() && in(embed.selection()) -> {
                    return true;
                }
                case Selection.All _, Selection.Field _, Selection.Embed _ -> {}
            }
        }
        return false;
    }

    static boolean in(Selection selection, Source source) {
        return in(selection)
                || selection.items().stream()
                        .anyMatch(item -> item instanceof Selection.Field field && isBareCount(field, source));
    }

    /**
     * {@code count} without brackets, where no column has that name. PostgreSQL itself reads a table's {@code count} so, which made it the way
     * to count before there were aggregates; it is asked for by many clients and always allowed.
     */
    static boolean isBareCount(Selection.Field field, Source source) {
        return field.aggregate().isEmpty()
                && field.path().equals(BARE_COUNT)
                && !source.has(BARE_COUNT.get().column());
    }

    static Selection.Field counting(Selection.Field bare) {
        return new Selection.Field(
                Optional.empty(), Optional.empty(), Optional.of(Selection.Aggregate.COUNT), bare.cast(), bare.alias());
    }

    /** Whether a level has to be grouped, by its items or by what is asked of its groups. */
    static boolean groups(Selection selection, Source source) {
        return in(selection, source)
                || selection.distinct().map(distinct -> distinct.on().isEmpty()).orElse(selection.gathers())
                || !selection.having().equals(Filter.NONE);
    }

    /** The aggregate of a group, for a condition or an order. */
    static Expression value(Scope scope, Source source, Selection.Field field) {
        requireAllowed(scope);
        return apply(item(source, field, false, scope.schema()).value(), field, scope.schema());
    }

    static void requireAllowed(Scope scope) {
        if (!scope.settings().aggregates()) {
            throw new QueryException(new QueryError.AggregatesDisabled());
        }
    }

    /** The argument, with the aggregate still to be applied. */
    static Select.Item item(Source source, Selection.Field field, boolean hoist, SchemaModel schema) {
        String key = field.alias()
                .orElseGet(() -> field.aggregate().orElseThrow().name().toLowerCase(Locale.ROOT));
        if (field.path().isEmpty()) {
            // Beside rows of the parent that have none, a lifted count(*) must not count those.
            return new Select.Item(key, new Expression(hoist ? "true" : "*", Types.UNKNOWN), List.of(field));
        }
        Expression argument = Fields.resolve(source, field.path().get());
        Expression cast = field.innerCast().isPresent()
                ? Types.cast(argument, field.innerCast().get(), schema)
                : argument;
        return new Select.Item(key, cast, List.of(field));
    }

    /** Applies the aggregates and groups by everything else, json as jsonb: it has no equality of its own. */
    static void group(Select select, SchemaModel schema) {
        select.items.replaceAll(item -> {
            if (item.aggregate().isEmpty()) {
                Select.Item key = comparable(item);
                select.groupBy.add(key.value().sql());
                return key;
            }
            return new Select.Item(
                    item.key(), apply(item.value(), item.aggregate().getFirst(), schema));
        });
    }

    private static Select.Item comparable(Select.Item item) {
        boolean json = item.value().type().underDomains().oid() == Types.JSON_OID;
        return json
                ? new Select.Item(item.key(), new Expression("(" + item.value().sql() + ")::jsonb", Types.JSONB))
                : item;
    }

    private static Expression apply(Expression argument, Selection.Field field, SchemaModel schema) {
        Selection.Aggregate aggregate = field.aggregate().orElseThrow();
        String call = aggregate.name().toLowerCase(Locale.ROOT) + "(" + argument.sql() + ")";
        Expression result = new Expression(call, typeOf(aggregate, argument.type()));
        return field.cast().isPresent() ? Types.cast(result, field.cast().get(), schema) : result;
    }

    private static Type typeOf(Selection.Aggregate aggregate, Type argument) {
        return switch (aggregate) {
            case COUNT -> Types.BIGINT;
            // The type of a sum depends on that of its argument; PostgreSQL prints these.
            case SUM, AVG -> Types.UNKNOWN;
            case MIN, MAX -> argument;
        };
    }
}
