package dev.galley.query.document;

import dev.galley.query.Bindings;
import dev.galley.query.Value;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the work of a read is small whatever the data: rows found by a key, rows that those refer to, and short pages of a table
 * in the order of its key, which an index gives without sorting. What a policy hides on the way counts as little as it does for
 * other reads in key order: a statement that turns out slow is kept away from the others.
 *
 * @param pages limits and offsets of pages; empty when the work may be large
 */
record Bounds(Optional<List<Value>> pages) {
    /** Rows on all pages together. */
    private static final long MOST = 100;

    static final Bounds NONE = new Bounds(Optional.empty());

    static Bounds of(List<Member> members, SchemaModel schema) {
        List<Value> pages = new ArrayList<>();
        return members.stream().allMatch(member -> isBounded(member.content(), schema, Optional.of(pages)))
                ? new Bounds(Optional.of(List.copyOf(pages)))
                : NONE;
    }

    boolean hold(Bindings bindings) {
        return pages.filter(
                        values -> values.stream().mapToLong(bindings::number).sum() <= MOST)
                .isPresent();
    }

    /** @param pages takes the limits of pages; empty where none may stand */
    private static boolean isBounded(Content content, SchemaModel schema, Optional<List<Value>> pages) {
        return switch (content) {
            case Content.Fixed _, Content.Field _, Content.Composite _, Content.GlobalId _ -> true;
            case Content.Row(var source, var where, var members) ->
                isOne(source, where)
                        && members.stream().allMatch(member -> isBounded(member.content(), schema, Optional.empty()));
            case Content.Page(var paging, var members) ->
                pages.isPresent()
                        && isInKeyOrder(paging, schema)
                        && members.stream().allMatch(member -> isShort(member.part(), schema))
                        && take(paging, pages.get());
            // Functions do what they like.
            case Content.Computed _, Content.Called _ -> false;
        };
    }

    private static boolean take(Paging paging, List<Value> pages) {
        paging.offset().ifPresent(pages::add);
        return pages.add(paging.limit());
    }

    private static boolean isOne(Source source, Optional<Predicate> where) {
        return switch (source) {
            case Source.Whole _ -> where.isPresent();
            case Source.Related _ -> true;
            case Source.Through _, Source.Computed _, Source.Called _ -> false;
        };
    }

    private static boolean isInKeyOrder(Paging paging, SchemaModel schema) {
        if (!(paging.source() instanceof Source.Whole(QualifiedName name))
                || paging.where().isPresent()) {
            return false;
        }
        Optional<Relation> relation = schema.relation(name).filter(each -> switch (each.kind()) {
            case TABLE, PARTITIONED_TABLE -> true;
            case VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE -> false;
        });
        List<Order.By> key = relation.map(Relation::primaryKey).orElse(List.of()).stream()
                .<Order.By>map(Order.Column::new)
                .toList();
        List<Order.By> sorted =
                paging.order().stream().map(Order::by).distinct().toList();
        boolean oneWay =
                paging.order().stream().map(Order::descending).distinct().count() == 1;
        return !key.isEmpty() && sorted.equals(key) && oneWay;
    }

    private static boolean isShort(Member.Part part, SchemaModel schema) {
        return switch (part) {
            case Member.Edges(var members) ->
                members.stream()
                        .allMatch(member -> !(member.edge() instanceof Member.Node(var node))
                                || node.stream().allMatch(each -> isBounded(each.content(), schema, Optional.empty())));
            case Member.PageInfo _, Member.Fixed _ -> true;
            case Member.TotalCount _, Member.Aggregates _, Member.Groups _ -> false;
        };
    }
}
