package dev.galley.rest;

import dev.galley.identity.Refusal;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.idempotency.IdempotencyError;
import dev.galley.query.QueryError;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Routine;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everything that can keep a request from its answer. {@link ErrorCatalogue} says how each is told. */
sealed interface RestError {

    /** A parameter of the query string does not follow its grammar. */
    record BadParameter(String message, String details) implements RestError {}

    record BadBody(String message) implements RestError {}

    record UnsupportedContentType(String mediaType) implements RestError {}

    /** A limit on the size of a request's meaning is passed. */
    record TooComplex(String what, int limit) implements RestError {}

    record NegativeLimit() implements RestError {}

    record RangeUpsideDown() implements RestError {}

    record OffsetOutOfBounds(long offset, long total) implements RestError {}

    record UnknownPath() implements RestError {}

    record RootDisabled() implements RestError {}

    record MethodNotForRoutine(String method) implements RestError {}

    record MethodNotSupported(String method) implements RestError {}

    record SchemaNotExposed(String schema, List<String> exposed) implements RestError {}

    record NoSuchMediaType(List<String> accepted) implements RestError {}

    record BadPreferences(List<String> preferences) implements RestError {}

    /** @param renamed the alias under which the named relation is embedded */
    record NotEmbedded(String name, Optional<String> renamed) implements RestError {}

    record AggregatesDisabled() implements RestError {}

    record PutNeedsKeyFilter() implements RestError {}

    record PutWithLimit() implements RestError {}

    record PutKeyMismatch() implements RestError {}

    /** Rows are not, or no longer, what the headers {@code If-Match} or {@code If-None-Match} say. */
    record PreconditionFailed() implements RestError {}

    record NotSingular(long rows) implements RestError {}

    record TooManyAffected(long rows) implements RestError {}

    record MaxAffectedNeedsSet() implements RestError {}

    /** @param verb {@code UPDATE} or {@code DELETE} */
    record FilterMissing(String verb) implements RestError {}

    record BadStatusSetting() implements RestError {}

    record BadHeadersSetting() implements RestError {}

    /**
     * @param arguments the names given
     * @param body the media type of a posted body
     */
    record NoSuchRoutine(QualifiedName name, Set<String> arguments, Optional<String> body, String role)
            implements RestError {}

    record AmbiguousRoutine(List<Routine> candidates, String role) implements RestError {}

    /** @param mayHaveWritten whether the rows were those of a write, which is done before they are printed */
    record ResultTooLarge(int maxBytes, boolean mayHaveWritten) implements RestError {}

    /** The planner expects more work than a request may ask for; nothing of it was done. */
    record TooCostly(long limit) implements RestError {}

    record Idempotent(IdempotencyError error) implements RestError {}

    record InTransaction(TxError error) implements RestError {}

    /** @param step which one, as JSON */
    record InStep(RestError error, String step) implements RestError {}

    record Refused(Refusal refusal) implements RestError {}

    record DoesNotFit(QueryError error, String role) implements RestError {}

    record DatabaseFailed(DatabaseFailure failure, boolean authenticated) implements RestError {}

    /** A fault of ours; logged with the id of the request. */
    record Internal() implements RestError {}
}
