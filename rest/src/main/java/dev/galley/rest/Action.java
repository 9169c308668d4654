package dev.galley.rest;

import dev.galley.query.Query;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Routine;
import java.util.Optional;

/** What a request wants done with rows, and what its answer depends on beyond the rows. */
sealed interface Action {
    Query query();

    /** @param range that was asked for at the top */
    record Reading(Query query, QualifiedName relation, RowRange range) implements Action {}

    record Inserting(Query query, QualifiedName relation, boolean resolves) implements Action {}

    record Replacing(Query query) implements Action {}

    record Updating(Query query) implements Action {}

    record Deleting(Query query) implements Action {}

    /** @param routine the function that was chosen */
    record Calling(Query query, Routine routine, RowRange range) implements Action {}

    default boolean writes() {
        return switch (this) {
            case Reading a -> false;
            case Inserting a -> true;
            case Replacing a -> true;
            case Updating a -> true;
            case Deleting a -> true;
            case Calling a -> a.routine().volatility() == Routine.Volatility.VOLATILE;
        };
    }

    /** The routine of a call. */
    default Optional<Routine> called() {
        return this instanceof Calling calling ? Optional.of(calling.routine()) : Optional.empty();
    }
}
