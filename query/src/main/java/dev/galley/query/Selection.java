package dev.galley.query;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is taken from a relation: of a read, of each embed, of the rows that a write or a call gives back.
 *
 * @param items in the order of the answer; empty selects nothing but existence
 * @param filter {@link Filter.And} of nothing when there is none
 * @param limit part of the shape, unlike all other values: PostgreSQL can keep one plan for a statement only when it knows
 *     how few of the rows are wanted
 * @param having conditions on groups of rows: every comparison is inside a {@link Filter.Aggregated}
 */
public record Selection(
        List<Item> items,
        Filter filter,
        List<OrderTerm> order,
        OptionalLong limit,
        Optional<Value> offset,
        Optional<Distinct> distinct,
        Filter having) {

    public Selection(
            List<Item> items, Filter filter, List<OrderTerm> order, OptionalLong limit, Optional<Value> offset) {
        this(items, filter, order, limit, offset, Optional.empty(), Filter.NONE);
    }

    /**
     * Equal rows are shown once.
     *
     * @param on of rows that are equal in these fields the first is shown; empty compares everything that is selected
     */
    public record Distinct(List<FieldPath> on) {}

    /** Whether rows are put together, by distinct or by conditions on groups or their order. */
    boolean gathers() {
        return distinct.isPresent()
                || !having.equals(Filter.NONE)
                || order.stream().anyMatch(term -> term.aggregate().isPresent());
    }

    public sealed interface Item {}

    /** {@code *}: every column of the relation. */
    public record All() implements Item {}

    /**
     * A column, a computed field, or an aggregate of one.
     *
     * @param path absent only for {@code count()} without a column
     * @param innerCast the cast before the aggregate
     * @param cast the cast of the result, or of the field when there is no aggregate
     */
    public record Field(
            Optional<FieldPath> path,
            Optional<String> innerCast,
            Optional<Aggregate> aggregate,
            Optional<String> cast,
            Optional<String> alias)
            implements Item {}

    /**
     * Rows of a related relation inside each row.
     *
     * @param target the name of the relation, of the foreign key, of the referencing column, or of a computed relationship
     * @param hint a foreign key, column or junction that makes the choice unique
     * @param inner drop rows of the parent that have none
     * @param spread lift the columns of the embedded rows into the parent
     */
    public record Embed(
            String target,
            Optional<String> alias,
            Optional<String> hint,
            boolean inner,
            boolean spread,
            Selection selection)
            implements Item {
        /** The name under which filters, orders and the answer refer to it. */
        public String label() {
            return alias.orElse(target);
        }
    }

    public enum Aggregate {
        SUM,
        AVG,
        COUNT,
        MIN,
        MAX
    }

    public static Selection everything() {
        return new Selection(List.of(new All()), Filter.NONE, List.of(), OptionalLong.empty(), Optional.empty());
    }
}
