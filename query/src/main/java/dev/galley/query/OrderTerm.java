package dev.galley.query;

import java.util.Optional;

/**
 * One term of an order.
 *
 * @param embed the label of a to-one embed whose field it is
 * @param aggregate what the order goes by instead of the field itself
 */
public record OrderTerm(
        Optional<String> embed,
        FieldPath field,
        Optional<Direction> direction,
        Optional<Nulls> nulls,
        Optional<Selection.Field> aggregate) {

    public OrderTerm(Optional<String> embed, FieldPath field, Optional<Direction> direction, Optional<Nulls> nulls) {
        this(embed, field, direction, nulls, Optional.empty());
    }

    public enum Direction {
        ASC,
        DESC
    }

    public enum Nulls {
        FIRST,
        LAST
    }
}
