package dev.galley.rest;

import static dev.galley.rest.ErrorReply.error;

import dev.galley.postgres.idempotency.IdempotencyError;
import dev.galley.schema.SchemaModel;
import java.util.Optional;

/**
 * How every error is told: its status, its stable code, and words that help the caller without naming anything the caller's
 * role cannot see. Codes are PostgREST's; those of our own begin with {@code GLY-}.
 */
final class ErrorCatalogue {
    /** 1 s: what a client waits before it tries again, where nothing better is known. */
    static final String RETRY_AFTER_SECONDS = "1";

    private ErrorCatalogue() {}

    static ErrorReply reply(RestError error, SchemaModel schema) {
        return switch (error) {
            case RestError.BadParameter e -> error(400, "PGRST100", e.message()).details(e.details());
            case RestError.MethodNotForRoutine e ->
                error(405, "PGRST101", "Cannot use the " + e.method() + " method on RPC");
            case RestError.BadBody e -> error(400, "PGRST102", e.message());
            case RestError.UnsupportedContentType e ->
                error(400, "PGRST102", "Content-Type not acceptable: " + e.mediaType());
            case RestError.NegativeLimit e -> unsatisfiable().details("Limit should be greater than or equal to zero.");
            case RestError.RangeUpsideDown e ->
                unsatisfiable()
                        .details(
                                "The lower boundary must be lower than or equal to the upper boundary in the Range header.");
            case RestError.OffsetOutOfBounds e ->
                unsatisfiable()
                        .details("An offset of " + e.offset() + " was requested, but there are only " + e.total()
                                + " rows.")
                        .header("Content-Range", "*/" + e.total());
            case RestError.PutNeedsKeyFilter e ->
                error(405, "PGRST105", "Filters must include all and only primary key columns with 'eq' operators");
            case RestError.SchemaNotExposed e ->
                error(406, "PGRST106", "Invalid schema: " + e.schema())
                        .hint("Only the following schemas are exposed: " + String.join(", ", e.exposed()));
            case RestError.NoSuchMediaType e ->
                error(406, "PGRST107", "None of these media types are available: " + String.join(", ", e.accepted()));
            case RestError.NotEmbedded e -> notEmbedded(e);
            case RestError.BadHeadersSetting e ->
                error(
                        500,
                        "PGRST111",
                        "response.headers guc must be a JSON array composed of objects with a single key and a string value");
            case RestError.BadStatusSetting e ->
                error(500, "PGRST112", "response.status guc must be a valid status code");
            case RestError.PutWithLimit e ->
                error(400, "PGRST114", "limit/offset querystring parameters are not allowed for PUT");
            case RestError.PutKeyMismatch e ->
                error(400, "PGRST115", "Payload values do not match URL in primary key column(s)");
            case RestError.PreconditionFailed e ->
                error(412, "GLY-REST20", "The rows are not those that the request is meant for")
                        .details("Nothing was changed.")
                        .hint("Read them again; If-Match takes the ETag of a GET with the same filters and select.");
            case RestError.NotSingular e ->
                error(406, "PGRST116", "Cannot coerce the result to a single JSON object")
                        .details("The result contains " + e.rows() + " rows");
            case RestError.MethodNotSupported e -> error(405, "PGRST117", "Unsupported HTTP method: " + e.method());
            case RestError.BadPreferences e ->
                error(400, "PGRST122", "Invalid preferences given with handling=strict")
                        .details("Invalid preferences: " + String.join(", ", e.preferences()));
            case RestError.AggregatesDisabled e -> error(400, "PGRST123", "Use of aggregate functions is not allowed");
            case RestError.TooManyAffected e ->
                error(400, "PGRST124", "Query result exceeds max-affected preference constraint")
                        .details("The query affects " + e.rows() + " rows");
            case RestError.UnknownPath e -> error(404, "PGRST125", "Invalid path specified in request URL");
            case RestError.RootDisabled e -> error(404, "PGRST126", "Root endpoint metadata is disabled");
            case RestError.MaxAffectedNeedsSet e ->
                error(
                        400,
                        "PGRST128",
                        "Function must return SETOF or TABLE when max-affected preference is used with handling=strict");
            case RestError.NoSuchRoutine e -> RoutineReplies.noSuchRoutine(e, schema);
            case RestError.AmbiguousRoutine e -> RoutineReplies.ambiguous(e.candidates(), e.role(), schema);
            case RestError.FilterMissing e -> error(400, "21000", e.verb() + " requires a WHERE clause");
            case RestError.TooComplex e ->
                error(400, "GLY-REST01", "The request has too many " + e.what())
                        .hint("At most " + e.limit() + " are allowed.");
            case RestError.ResultTooLarge e ->
                error(413, "GLY-REST02", "The response would exceed " + e.maxBytes() + " bytes")
                        .details(
                                e.mayHaveWritten()
                                        ? Optional.of(
                                                "The change itself may have been made: read the data before sending it again.")
                                        : Optional.empty())
                        .hint("Ask for fewer columns, or for fewer rows with limit and offset.");
            case RestError.TooCostly e ->
                error(400, "GLY-REST07", "The request would cost more than " + e.limit())
                        .details("Nothing was done: the database expects too much work.")
                        .hint("Filter by indexed columns, or ask for fewer rows, embeds or counts.");
            case RestError.Internal e -> error(500, "GLY-REST00", "Internal error");
            case RestError.Idempotent e -> idempotent(e.error());
            case RestError.InTransaction e -> e.error().reply();
            case RestError.InStep e -> reply(e.error(), schema).step(e.step());
            case RestError.Refused e -> RefusalReplies.reply(e.refusal());
            case RestError.DoesNotFit e -> SchemaReplies.reply(e.error(), e.role(), schema);
            case RestError.DatabaseFailed e -> DatabaseReplies.reply(e.failure(), e.authenticated());
        };
    }

    private static ErrorReply unsatisfiable() {
        return error(416, "PGRST103", "Requested range not satisfiable");
    }

    private static ErrorReply notEmbedded(RestError.NotEmbedded error) {
        ErrorReply reply = error(400, "PGRST108", "'" + error.name() + "' is not an embedded resource in this request");
        return error.renamed()
                .map(alias -> reply.details("Target names are not allowed in filters if they have an alias")
                        .hint("Change '" + error.name() + "' to '" + alias + "' in filters, orders or limits."))
                .orElseGet(() ->
                        reply.hint("Verify that '" + error.name() + "' is included in the 'select' query parameter."));
    }

    private static ErrorReply idempotent(IdempotencyError error) {
        IdempotencyError.Told told = error.told();
        ErrorReply reply = error(told.status(), told.code(), told.message())
                .details(told.details())
                .hint(told.hint());
        return error instanceof IdempotencyError.UnderWay ? reply.header("Retry-After", RETRY_AFTER_SECONDS) : reply;
    }
}
