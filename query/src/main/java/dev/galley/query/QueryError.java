package dev.galley.query;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship;
import dev.galley.schema.Routine;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Why a query cannot be planned against this schema. Found before any connection is taken. What was probably meant is for the
 * dialect to say, which knows what the caller may see.
 */
public sealed interface QueryError {

    record UnknownRelation(QualifiedName name) implements QueryError {}

    record UnknownColumn(QualifiedName relation, String column) implements QueryError {}

    /** A column named in a payload, in the caller's list of columns, or a conflict target. */
    record UnknownPayloadColumn(QualifiedName relation, String column) implements QueryError {}

    record UnknownType(String name) implements QueryError {}

    /** @param hint the hint the caller gave */
    record NoRelationship(QualifiedName from, String target, Optional<String> hint) implements QueryError {}

    record AmbiguousRelationship(QualifiedName from, String target, List<Relationship> candidates)
            implements QueryError {}

    record UnknownRoutine(QualifiedName name, Set<String> arguments) implements QueryError {}

    record AmbiguousRoutine(QualifiedName name, List<Routine> candidates) implements QueryError {}

    /** A filter or order names an embed that is not in the selection. */
    record NotEmbedded(String label) implements QueryError {}

    /** An order by a field of an embed that can have many rows. */
    record OrderNeedsToOne(QualifiedName from, String embed) implements QueryError {}

    /** An aggregate of the rows of a spread embed that can have many. */
    record AggregateInSpread() implements QueryError {}

    record AggregatesDisabled() implements QueryError {}

    /** An upsert, a PUT or a Location needs a key that the relation does not have. */
    record NoPrimaryKey(QualifiedName relation) implements QueryError {}

    /** Rows inside the rows of an insert that cannot be written together with them. */
    record NestedInsertRefused(QualifiedName relation, String key, String reason) implements QueryError {}

    /** A limit of the planner is passed: embedding depth, number of terms. */
    record TooComplex(String what, int limit) implements QueryError {}
}
