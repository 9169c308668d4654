package dev.galley.graphql;

import dev.galley.query.Value;
import dev.galley.query.document.Order;
import dev.galley.query.document.Paging;
import dev.galley.query.document.Predicate;
import dev.galley.query.document.Source;
import dev.galley.schema.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The arguments of a page: which rows, in which order, from where on, how many. */
record PageReader(Values values, FilterReader filters) {

    Paging read(Table table, Source source, Map<String, ?> arguments) {
        Optional<Long> first = number(arguments, Pages.FIRST);
        Optional<Long> last = number(arguments, Pages.LAST);
        Optional<Long> offset = number(arguments, Pages.OFFSET);
        Optional<String> before = cursor(arguments, Pages.BEFORE);
        Optional<String> after = cursor(arguments, Pages.AFTER);
        refuse(first.isPresent() && last.isPresent(), "only one of \"first\" and \"last\" may be provided");
        refuse(before.isPresent() && after.isPresent(), "only one of \"before\" and \"after\" may be provided");
        refuse(first.isPresent() && before.isPresent(), "\"first\" may only be used with \"after\"");
        refuse(last.isPresent() && after.isPresent(), "\"last\" may only be used with \"before\"");
        boolean backwards = last.isPresent() || before.isPresent();
        refuse(offset.isPresent() && backwards, "\"offset\" may only be used with \"first\" and \"after\"");
        Optional<Predicate> where = filters.read(arguments.get(Pages.FILTER), table);
        List<Order> order = order(table, arguments.get(Pages.ORDER_BY));
        long rows = rows(first.or(() -> last), table);
        return new Paging(
                source,
                where,
                order,
                backwards,
                before.or(() -> after).map(text -> place(text, order)),
                values.of(rows),
                offset.map(values::of));
    }

    /** How many rows or groups at most, by the argument {@code first}. */
    static long rows(Map<String, ?> arguments, Table table) {
        return rows(number(arguments, Pages.FIRST), table);
    }

    private static long rows(Optional<Long> asked, Table table) {
        return Math.min(asked.orElse((long) table.maxRows()), table.maxRows());
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw GraphqlError.input(message).thrown();
        }
    }

    private static Optional<Long> number(Map<String, ?> arguments, String name) {
        Object value = arguments.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof Number given)) {
            throw GraphqlError.input("`" + name + "` must be an integer").thrown();
        }
        refuse(given.longValue() < 0, "`" + name + "` must be an unsigned integer");
        return Optional.of(given.longValue());
    }

    private static Optional<String> cursor(Map<String, ?> arguments, String name) {
        return Optional.ofNullable(arguments.get(name)).map(Object::toString);
    }

    private List<Value> place(String cursor, List<Order> order) {
        List<@Nullable String> parts = GlobalIds.cursor(cursor);
        refuse(parts.size() > order.size(), "orderBy clause incompatible with pagination cursor");
        List<Value> place = new ArrayList<>();
        for (String part : parts) {
            place.add(values.text(part));
        }
        return place;
    }

    /** As asked, then by the key, so that pages are stable. */
    private List<Order> order(Table table, @Nullable Object asked) {
        List<Order> order = new ArrayList<>();
        if (asked != null) {
            for (Object each : asked instanceof List<?> list ? list : List.of(asked)) {
                terms(table, each, by -> by, order);
            }
        }
        table.key().forEach(column -> order.add(new Order(column, false, false)));
        return order;
    }

    /** @param around what a term of the table becomes for the rows that are sorted */
    private void terms(Table table, @Nullable Object asked, UnaryOperator<Order.By> around, List<Order> order) {
        Values.members(asked).forEach((field, given) -> {
            if (given == null) {
                return;
            }
            Column column = Pages.sortable(table).get(field);
            if (column != null) {
                order.add(direction(around.apply(new Order.Column(column.name())), given));
                return;
            }
            Meaning meaning = table.has(Extension.RELATED_ORDER)
                    ? values.schema()
                            .meanings()
                            .getOrDefault(table.type(), Map.of())
                            .get(field)
                    : null;
            switch (meaning) {
                case Meaning.ToOne(var to, var pairs) ->
                    terms(
                            to,
                            given,
                            by -> around.apply(new Order.OfRelated(to.relation().name(), pairs, by)),
                            order);
                case Meaning.ToMany(var _, var source) -> {
                    Map<String, @Nullable Object> members = Values.members(given);
                    Values.requireKnown(members.keySet(), Set.of(Pages.COUNT), Pages.ORDER_BY_RELATED);
                    Object direction = members.get(Pages.COUNT);
                    if (direction != null) {
                        order.add(direction(around.apply(new Order.Count(source)), direction));
                    }
                }
                case null, default -> throw Values.extra(table.type() + "OrderBy", List.of(field));
            }
        });
    }

    private static Order direction(Order.By by, Object direction) {
        return switch (Values.choice(direction).orElse("")) {
            case "AscNullsFirst" -> new Order(by, false, true);
            case "AscNullsLast" -> new Order(by, false, false);
            case "DescNullsFirst" -> new Order(by, true, true);
            case "DescNullsLast" -> new Order(by, true, false);
            default ->
                throw GraphqlError.input("Invalid order operation " + direction).thrown();
        };
    }
}
