package dev.galley.query;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.SchemaModel;
import java.util.List;
import java.util.Optional;

/**
 * Finds the relationship that an embed means.
 *
 * <p>The target is the name of the far relation, or, when that is a table, of the foreign key or of the one referencing column, or the
 * function of a computed relationship. With a hint the target is the far relation, and the hint is the foreign key, its one column on
 * either side, or the junction. A relation that references itself has one foreign key and two directions: its own name means the rows
 * that reference this one, the column's name the row that this one references. A relationship never leads out of the schema that is asked,
 * since others may not be exposed.
 */
final class Relationships {
    private Relationships() {}

    static Relationship find(SchemaModel schema, QualifiedName from, String target, Optional<String> hint) {
        List<Relationship> found = schema.relationshipsFrom(from).stream()
                .filter(relationship -> relationship.to().schema().equals(from.schema()))
                .filter(relationship -> matches(schema, relationship, target, hint))
                .toList();
        if (found.size() > 1) {
            throw new QueryException(new QueryError.AmbiguousRelationship(from, target, found));
        }
        if (found.isEmpty()) {
            throw new QueryException(new QueryError.NoRelationship(from, target, hint));
        }
        return found.getFirst();
    }

    private static boolean matches(
            SchemaModel schema, Relationship relationship, String target, Optional<String> hint) {
        return switch (relationship) {
            case Relationship.Computed computed ->
                target.equals(computed.function().name());
            case Relationship.Through through ->
                isTarget(through, target)
                        && hint.map(through.junction().name()::equals).orElse(!isSelf(through));
            case Relationship.Direct direct when isSelf(direct) -> matchesSelf(direct, target, hint);
            case Relationship.Direct direct
            when hint.isPresent() ->
                isTarget(direct, target)
                        && (hint.get().equals(direct.constraint())
                                || isOnlyColumn(direct, hint.get(), true)
                                || isOnlyColumn(direct, hint.get(), false));
            case Relationship.Direct direct ->
                isTarget(direct, target)
                        || (!isView(schema, direct.to())
                                && (target.equals(direct.constraint()) || isOnlyColumn(direct, target, true)));
        };
    }

    private static boolean matchesSelf(Relationship.Direct direct, String target, Optional<String> hint) {
        if (hint.isPresent()) {
            return isTarget(direct, target) && !direct.forward() && isOnlyColumn(direct, hint.get(), false);
        }
        return direct.forward() ? isOnlyColumn(direct, target, true) : isTarget(direct, target);
    }

    private static boolean isSelf(Relationship relationship) {
        return relationship.from().equals(relationship.to());
    }

    private static boolean isTarget(Relationship relationship, String target) {
        return target.equals(relationship.to().name());
    }

    private static boolean isOnlyColumn(Relationship.Direct direct, String column, boolean near) {
        if (direct.pairs().size() != 1) {
            return false;
        }
        Relationship.Pair pair = direct.pairs().getFirst();
        return column.equals(near ? pair.from() : pair.to());
    }

    private static boolean isView(SchemaModel schema, QualifiedName name) {
        return schema.relation(name)
                .map(Relation::kind)
                .map(kind -> kind == Relation.Kind.VIEW || kind == Relation.Kind.MATERIALIZED_VIEW)
                .orElse(false);
    }
}
