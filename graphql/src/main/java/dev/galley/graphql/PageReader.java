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
        long rows = Math.min(first.or(() -> last).orElse((long) table.maxRows()), table.maxRows());
        return new Paging(
                source,
                where,
                order,
                backwards,
                before.or(() -> after).map(text -> place(text, order)),
                values.of(rows),
                offset.map(values::of));
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
            place.add(values.of(part));
        }
        return place;
    }

    /** As asked, then by the key, so that pages are stable. */
    private static List<Order> order(Table table, @Nullable Object asked) {
        List<Order> order = new ArrayList<>();
        if (asked != null) {
            for (Object each : asked instanceof List<?> list ? list : List.of(asked)) {
                Values.members(each).forEach((field, direction) -> {
                    Column column = table.fields().get(field);
                    if (column != null && direction != null) {
                        order.add(direction(column.name(), direction.toString()));
                    }
                });
            }
        }
        table.key().forEach(column -> order.add(new Order(column, false, false)));
        return order;
    }

    private static Order direction(String column, String direction) {
        return new Order(column, direction.startsWith("Desc"), direction.endsWith("First"));
    }
}
