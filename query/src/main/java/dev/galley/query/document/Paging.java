package dev.galley.query.document;

import dev.galley.query.Value;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of a source, in which order, from where on, and how many.
 *
 * @param order ends with a key, so that no two rows are equal
 * @param backwards whether the page ends at the cursor, or at the last row
 * @param cursor the place of a row: values of the columns of the order, text forms; not part of the page
 * @param limit the most rows
 * @param offset rows left out at the start; only forwards
 */
public record Paging(
        Source source,
        Optional<Predicate> where,
        List<Order> order,
        boolean backwards,
        Optional<List<Value>> cursor,
        Value limit,
        Optional<Value> offset) {}
