package dev.galley.query;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship;
import dev.galley.schema.Routine;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Why a query cannot be planned against this schema. Found before any connection is taken. */
public sealed interface QueryError {

    /** @param nearest the most similar relation of that schema */
    record UnknownRelation(QualifiedName name, Optional<QualifiedName> nearest) implements QueryError {}

    record UnknownColumn(QualifiedName relation, String column, Optional<String> nearest) implements QueryError {}

    /** A column named in a payload, in the caller's list of columns, or a conflict target. */
    record UnknownPayloadColumn(QualifiedName relation, String column) implements QueryError {}

    record UnknownType(String name) implements QueryError {}

    /** @param hint the hint the caller gave */
    record NoRelationship(QualifiedName from, String target, Optional<String> hint, Optional<String> nearest)
            implements QueryError {}

    record AmbiguousRelationship(QualifiedName from, String target, List<Relationship> candidates)
            implements QueryError {}

    record UnknownRoutine(QualifiedName name, Set<String> arguments, boolean body, Optional<Routine> nearest)
            implements QueryError {}

    record AmbiguousRoutine(QualifiedName name, List<Routine> candidates) implements QueryError {}

    /** A filter or order names an embed that is not in the selection. */
    record NotEmbedded(String label) implements QueryError {}

    /** An order by a field of an embed that can have many rows. */
    record OrderNeedsToOne(QualifiedName from, String embed) implements QueryError {}

    record SpreadNeedsToOne(QualifiedName from, String embed) implements QueryError {}

    record AggregatesDisabled() implements QueryError {}

    record NotWritable(QualifiedName relation, String column) implements QueryError {}

    /** An upsert, a PUT or a Location needs a key that the relation does not have. */
    record NoPrimaryKey(QualifiedName relation) implements QueryError {}

    /** A limit of the planner is passed: embedding depth, number of terms. */
    record TooComplex(String what, int limit) implements QueryError {}
}
