package dev.galley.query;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship;
import dev.galley.schema.SchemaModel;
import java.util.List;
import java.util.Optional;

/**
 * Rows of a related relation inside the rows of an insert.
 *
 * @param key under which they stand in each object: what an embed of them is called, {@code target} or {@code target!hint}
 * @param columns the columns their objects have
 * @param nested what stands inside them in turn
 * @param arrays whether some object has an array of them rather than one
 */
public record Nested(String key, List<String> columns, List<Nested> nested, boolean arrays) {

    /** The relation that a key of a row of {@code from} leads to; empty when there is none that rows can be put into. */
    public static Optional<QualifiedName> target(SchemaModel schema, QualifiedName from, String key) {
        try {
            return switch (relationship(schema, from, key)) {
                case Relationship.Direct direct -> Optional.of(direct.to());
                case Relationship.Through through -> Optional.of(through.to());
                case Relationship.Computed _ -> Optional.empty();
            };
        } catch (QueryException e) {
            if (e.error() instanceof QueryError.NoRelationship) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static Relationship relationship(SchemaModel schema, QualifiedName from, String key) {
        int mark = key.indexOf('!');
        return mark < 0
                ? Relationships.find(schema, from, key, Optional.empty())
                : Relationships.find(schema, from, key.substring(0, mark), Optional.of(key.substring(mark + 1)));
    }
}
