package dev.galley.query;

import dev.galley.schema.QualifiedName;
import java.util.List;
import java.util.Optional;

/**
 * New rows.
 *
 * @param defaults whether a key missing from an object takes the column's default instead of NULL
 * @param nested rows of related relations that the payload's objects hold beside its columns
 * @param restrict for a PUT: the written row must also match this, else nothing is written
 */
public record Insert(
        QualifiedName into,
        Payload payload,
        boolean defaults,
        Optional<OnConflict> onConflict,
        Filter restrict,
        Returning returning,
        List<Nested> nested)
        implements Query {

    public Insert(
            QualifiedName into,
            Payload payload,
            boolean defaults,
            Optional<OnConflict> onConflict,
            Filter restrict,
            Returning returning) {
        this(into, payload, defaults, onConflict, restrict, returning, List.of());
    }

    /** @param columns the conflict target; empty means the primary key */
    public record OnConflict(List<String> columns, Resolution resolution) {}

    public enum Resolution {
        MERGE_DUPLICATES,
        IGNORE_DUPLICATES
    }
}
