package dev.galley.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Builds queries for tests; collects their values on the way. */
final class Ask {
    final Bindings bindings = new Bindings();
    private final List<Selection.Item> items = new ArrayList<>();
    private final List<Filter> filters = new ArrayList<>();
    private final List<OrderTerm> order = new ArrayList<>();
    private OptionalLong limit = OptionalLong.empty();
    private Optional<Value> offset = Optional.empty();

    Ask items(Selection.Item... some) {
        items.addAll(List.of(some));
        return this;
    }

    Ask columns(String... names) {
        for (String name : names) {
            items.add(column(name));
        }
        return this;
    }

    Ask where(Filter... some) {
        filters.addAll(List.of(some));
        return this;
    }

    Ask where(String column, Operator operator, String value) {
        return where(compare(column, operator, value));
    }

    Ask order(OrderTerm... terms) {
        order.addAll(List.of(terms));
        return this;
    }

    Ask orderBy(String column) {
        return order(by(column));
    }

    Ask limit(long rows) {
        limit = OptionalLong.of(rows);
        return this;
    }

    Ask offset(long rows) {
        offset = Optional.of(bindings.add(Long.toString(rows)));
        return this;
    }

    Filter compare(String column, Operator operator, String value) {
        return compare(path(column), operator, value);
    }

    Filter compare(FieldPath path, Operator operator, String value) {
        return new Filter.Compare(path, operator, Optional.empty(), bindings.add(value));
    }

    Filter filter() {
        return filters.isEmpty() ? Filter.NONE : new Filter.And(List.copyOf(filters));
    }

    Selection selection() {
        return new Selection(List.copyOf(items), filter(), List.copyOf(order), limit, offset);
    }

    Read from(String relation) {
        return from(relation, Count.NONE);
    }

    Read from(String relation, Count count) {
        return new Read(Shop.name(relation), selection(), count);
    }

    static Selection.Item all() {
        return new Selection.All();
    }

    static Selection.Field column(String name) {
        return new Selection.Field(
                Optional.of(path(name)), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static Selection.Field cast(String name, String type) {
        return new Selection.Field(
                Optional.of(path(name)), Optional.empty(), Optional.empty(), Optional.of(type), Optional.empty());
    }

    static Selection.Field as(String alias, String name) {
        return new Selection.Field(
                Optional.of(path(name)), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(alias));
    }

    static Selection.Field aggregate(Selection.Aggregate aggregate, String column) {
        Optional<FieldPath> path = column.isEmpty() ? Optional.empty() : Optional.of(path(column));
        return new Selection.Field(path, Optional.empty(), Optional.of(aggregate), Optional.empty(), Optional.empty());
    }

    /** A path in the notation of REST: {@code data->a->>0}. */
    static FieldPath path(String text) {
        String[] parts = text.split("(?=->)");
        List<FieldPath.Step> steps = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            boolean asText = parts[i].startsWith("->>");
            String key = parts[i].substring(asText ? 3 : 2);
            steps.add(new FieldPath.Step(key, key.matches("-?\\d+"), asText));
        }
        return new FieldPath(parts[0], steps);
    }

    static OrderTerm by(String column) {
        return new OrderTerm(Optional.empty(), path(column), Optional.empty(), Optional.empty());
    }

    static OrderTerm by(String column, OrderTerm.Direction direction) {
        return new OrderTerm(Optional.empty(), path(column), Optional.of(direction), Optional.of(OrderTerm.Nulls.LAST));
    }

    static OrderTerm byEmbed(String embed, String column, OrderTerm.Direction direction) {
        return new OrderTerm(Optional.of(embed), path(column), Optional.of(direction), Optional.empty());
    }

    /** An embed in the notation of REST: {@code alias:target!hint!inner}, {@code ...target}. */
    static Selection.Embed embed(String text, Selection selection) {
        boolean spread = text.startsWith("...");
        String rest = spread ? text.substring(3) : text;
        int colon = rest.indexOf(':');
        Optional<String> alias = colon < 0 ? Optional.empty() : Optional.of(rest.substring(0, colon));
        String[] parts = rest.substring(colon + 1).split("!");
        boolean inner = parts[parts.length - 1].equals("inner");
        Optional<String> hint = parts.length > (inner ? 2 : 1) ? Optional.of(parts[1]) : Optional.empty();
        return new Selection.Embed(parts[0], alias, hint, inner, spread, selection);
    }

    static Selection.Embed embed(String text, String... columns) {
        return embed(text, new Ask().columns(columns).selection());
    }
}
