package dev.galley.rest;

import static dev.galley.rest.ErrorReply.error;

import dev.galley.postgres.DatabaseFailure;
import dev.galley.query.ChangedKeys;
import java.time.Duration;
import java.util.Set;

/** How it is told that the database gave no answer. Nothing of its host, roles or SQL is in a reply that is not the caller's doing. */
final class DatabaseReplies {
    private static final String RETRY_AFTER = "Retry-After";

    /** Faults of the server whose words are for its operator, not for a caller. */
    private static final Set<String> INTERNAL_CLASSES = Set.of("08", "53", "57", "58", "F0", "XX");

    private DatabaseReplies() {}

    static ErrorReply reply(DatabaseFailure failure, boolean authenticated) {
        return switch (failure) {
            case DatabaseFailure.Refused refused -> refused(refused, authenticated);
            case DatabaseFailure.Busy busy ->
                error(504, "PGRST003", "Timed out acquiring connection from connection pool.")
                        .header(RETRY_AFTER, seconds(busy.retryAfter()));
            case DatabaseFailure.RoleBusy busy ->
                error(503, "GLY-REST08", "Too many requests of this role are waiting for the database")
                        .details("Nothing was changed.")
                        .header(RETRY_AFTER, seconds(busy.retryAfter()));
            case DatabaseFailure.Unavailable unavailable ->
                error(503, "PGRST000", "Database connection error.")
                        .header(RETRY_AFTER, seconds(unavailable.retryAfter()));
            case DatabaseFailure.OutcomeUnknown unknown ->
                error(500, "GLY-REST04", "The connection was lost while the change was being committed")
                        .details("The change may or may not have been made.")
                        .hint("Read the data before sending the request again.");
            case DatabaseFailure.TimedOut timedOut ->
                error(504, "GLY-REST05", "The request took too long and was cancelled")
                        .details("Nothing was changed.");
            case DatabaseFailure.RowTooLong row ->
                error(413, "GLY-REST02", "A row of " + row.bytes() + " bytes is longer than can be answered")
                        .details("If the request writes, the change may have been made.")
                        .hint("Ask for fewer columns.");
            case DatabaseFailure.Cancelled cancelled -> error(499, "GLY-REST06", "The client closed the request");
        };
    }

    private static ErrorReply refused(DatabaseFailure.Refused refused, boolean authenticated) {
        if (refused.sqlState().equals("PGRST")) return RaisedReply.reply(refused);
        if (ChangedKeys.refused(refused)) return changedKeys();
        int status = SqlStates.status(refused.sqlState(), refused.message(), authenticated);
        ErrorReply reply = internal(refused.sqlState())
                ? error(status, refused.sqlState(), "The database cannot answer at the moment")
                : error(status, refused.sqlState(), refused.message())
                        .details(refused.detail())
                        .hint(refused.hint());
        if (refused.sqlState().startsWith("PT") && status != 500) reply = reply.reason(refused.message());
        if (status == 401) return reply.header("WWW-Authenticate", "Bearer");
        return status == 503 ? reply.header(RETRY_AFTER, ErrorCatalogue.RETRY_AFTER_SECONDS) : reply;
    }

    private static ErrorReply changedKeys() {
        return error(400, "GLY-REST21", "Rows cannot be inserted with others inside them here")
                .details(
                        "A trigger of their table changes their keys or leaves rows out, which this PostgreSQL does not tell.")
                .hint(
                        "Insert the rows first and those that refer to them afterwards. PostgreSQL 17 and later tell the keys.");
    }

    /** A cancelled statement (57014) and a limit set for the role (53400) are about the request itself and keep their words. */
    private static boolean internal(String state) {
        return state.length() == 5
                && INTERNAL_CLASSES.contains(state.substring(0, 2))
                && !state.equals("57014")
                && !state.equals("53400");
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.plusMillis(999).toSeconds()));
    }
}
