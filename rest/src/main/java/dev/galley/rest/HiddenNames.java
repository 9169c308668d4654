package dev.galley.rest;

import dev.galley.postgres.DatabaseFailure;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.SchemaModel;
import java.util.Optional;

/**
 * A foreign key has two sides, and PostgreSQL names both when it is violated, whoever asks. A side that the role cannot see is
 * left out of what the caller is told.
 */
final class HiddenNames {
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private HiddenNames() {}

    static DatabaseFailure removed(DatabaseFailure failure, SchemaModel schema, String role) {
        if (!(failure instanceof DatabaseFailure.Refused refused)
                || !refused.sqlState().equals(FOREIGN_KEY_VIOLATION)
                || refused.place().isEmpty()) return failure;
        DatabaseFailure.Place place = refused.place().get();
        QualifiedName table = new QualifiedName(place.schema(), place.table());
        if (!visible(table, schema, role)) {
            return without(refused, "the row is still referenced, or what it refers to does not exist");
        }
        boolean bothVisible = schema.relationshipsFrom(table).stream()
                .anyMatch(each -> each instanceof Relationship.Direct key
                        && key.forward()
                        && key.constraint().equals(place.constraint())
                        && visible(key.to(), schema, role));
        return bothVisible ? failure : without(refused, refused.message());
    }

    private static boolean visible(QualifiedName name, SchemaModel schema, String role) {
        Optional<Relation> relation = schema.relation(name);
        return relation.isPresent() && relation.get().selectableBy().contains(role);
    }

    private static DatabaseFailure without(DatabaseFailure.Refused refused, String message) {
        return new DatabaseFailure.Refused(
                refused.sqlState(), message, Optional.empty(), Optional.empty(), refused.context(), refused.place());
    }
}
