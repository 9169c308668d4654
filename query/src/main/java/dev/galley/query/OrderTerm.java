package dev.galley.query;

import java.util.Optional;

/**
 * One term of an order.
 *
 * @param embed the label of a to-one embed whose field it is
 */
public record OrderTerm(Optional<String> embed, FieldPath field, Optional<Direction> direction, Optional<Nulls> nulls) {
    public enum Direction {
        ASC,
        DESC
    }

    public enum Nulls {
        FIRST,
        LAST
    }
}
