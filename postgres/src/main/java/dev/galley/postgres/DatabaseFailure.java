package dev.galley.postgres;

import java.time.Duration;
import java.util.Optional;

/** Why a request to the database gave no answer. */
public sealed interface DatabaseFailure {

    /**
     * The server refused: the fields of its ErrorResponse. The transaction was rolled back.
     *
     * @param raised whether a function of the database chose the words itself ({@code RAISE})
     */
    record Refused(
            String sqlState,
            String message,
            Optional<String> detail,
            Optional<String> hint,
            Optional<String> context,
            Optional<Place> place,
            boolean raised)
            implements DatabaseFailure {

        public Refused(
                String sqlState,
                String message,
                Optional<String> detail,
                Optional<String> hint,
                Optional<String> context) {
            this(sqlState, message, detail, hint, context, Optional.empty(), false);
        }
    }

    /**
     * What an error is about, where the server says so.
     *
     * @param table of a foreign key the one that has it
     */
    record Place(String schema, String table, String constraint) {}

    /** No connection was free in time. Nothing was done. */
    record Busy(Duration retryAfter) implements DatabaseFailure {}

    /** The caller's role has all that one role may have of the connections and of the queue. Nothing was done. */
    record RoleBusy(Duration retryAfter) implements DatabaseFailure {}

    /** The server cannot be reached or is starting up or shutting down. Nothing was done. */
    record Unavailable(String reason, Duration retryAfter) implements DatabaseFailure {}

    /** The connection was lost after the commit may have been executed: the write may or may not have happened. Never retried. */
    record OutcomeUnknown(String reason) implements DatabaseFailure {}

    /** The time given in the request has passed; the work was cancelled and rolled back. */
    record TimedOut(Duration after) implements DatabaseFailure {}

    /** A row is longer than may be read. The connection was closed before the end of the answer: a write may have happened. */
    record RowTooLong(int bytes) implements DatabaseFailure {}

    /** The caller went away; the work was cancelled and rolled back. */
    record Cancelled() implements DatabaseFailure {}
}
