package dev.galley.graphql;

import dev.galley.http.JsonText;
import dev.galley.identity.Refusal;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Answers as JSON, and failures as errors of the protocol. */
final class Answers {
    private static final Set<String> INTERNAL_CLASSES = Set.of("08", "53", "57", "58", "F0", "XX");

    private Answers() {}

    static Buffer data(Map<String, byte[]> fields, List<GraphqlError> errors) {
        Buffer json = Buffer.buffer("{\"data\":{");
        boolean first = true;
        for (Map.Entry<String, byte[]> field : fields.entrySet()) {
            json.appendString((first ? "" : ",") + JsonText.quoted(field.getKey()) + ":")
                    .appendBytes(field.getValue());
            first = false;
        }
        return json.appendString(errors.isEmpty() ? "}}" : "}," + text(errors) + "}");
    }

    static Buffer errors(List<GraphqlError> errors, boolean withData) {
        return Buffer.buffer((withData ? "{\"data\":null," : "{") + text(errors) + "}");
    }

    private static String text(List<GraphqlError> errors) {
        StringBuilder json = new StringBuilder("\"errors\":[");
        for (int i = 0; i < errors.size(); i++) {
            json.append(i == 0 ? "" : ",");
            write(json, errors.get(i));
        }
        return json.append(']').toString();
    }

    private static void write(StringBuilder json, GraphqlError error) {
        json.append("{\"message\":");
        JsonText.quote(json, error.message());
        error.path().ifPresent(path -> {
            json.append(",\"path\":[");
            for (int i = 0; i < path.size(); i++) {
                json.append(i == 0 ? "" : ",");
                JsonText.quote(json, path.get(i));
            }
            json.append(']');
        });
        json.append(",\"extensions\":{\"code\":");
        JsonText.quote(json, error.code());
        json.append("}}");
    }

    /** @param keys of the operation's fields; a statement of a mutation is one of them */
    static GraphqlError failure(DatabaseException failed, List<String> keys) {
        int step = failed.step().orElse(0);
        Optional<List<String>> path = failed.step().isPresent() && keys.size() > 1 && step < keys.size()
                ? Optional.of(List.of(keys.get(step)))
                : Optional.empty();
        return switch (failed.failure()) {
            case DatabaseFailure.Refused refused
            when isInternal(refused.sqlState()) ->
                new GraphqlError("The database cannot answer at the moment", refused.sqlState(), path);
            case DatabaseFailure.Refused refused -> new GraphqlError(refused.message(), refused.sqlState(), path);
            case DatabaseFailure.Busy _, DatabaseFailure.RoleBusy _ ->
                GraphqlError.of("TOO_BUSY", "The database is busy; try again later");
            case DatabaseFailure.Unavailable _ ->
                GraphqlError.of("DATABASE_UNAVAILABLE", "The database cannot be reached; try again later");
            case DatabaseFailure.OutcomeUnknown _ ->
                GraphqlError.of("OUTCOME_UNKNOWN", "The connection was lost: whether the change was made is unknown");
            case DatabaseFailure.TimedOut _ -> GraphqlError.of("TIMEOUT", "The request took too long");
            case DatabaseFailure.RowTooLong _ ->
                GraphqlError.of(GraphqlError.TOO_COMPLEX, "The answer is larger than may be read");
            case DatabaseFailure.Cancelled _ -> GraphqlError.of("CANCELLED", "The client has gone");
        };
    }

    /** Of faults whose words are for the server's operator. A cancelled statement keeps its words. */
    private static boolean isInternal(String state) {
        return !state.equals("57014")
                && !state.equals("53400")
                && INTERNAL_CLASSES.stream().anyMatch(state::startsWith);
    }

    static GraphqlError refusal(Refusal refusal) {
        String message = switch (refusal) {
            case Refusal.KeyMissing _ -> "Anonymous access is disabled";
            case Refusal.KeyUnknown _ -> "Invalid API key";
            case Refusal.Expired _ -> "JWT expired";
            case Refusal.NotYetValid _, Refusal.IssuedInFuture _ -> "JWT not yet valid";
            case Refusal.TokensNotAccepted _ -> "Server lacks JWT secret";
            case Refusal.RoleNotAllowed _ -> "The role of the JWT may not be used";
            case Refusal.Malformed _,
                    Refusal.UnsupportedAlgorithm _,
                    Refusal.NoSuitableKey _,
                    Refusal.BadSignature _,
                    Refusal.WrongAudience _,
                    Refusal.WrongIssuer _,
                    Refusal.BadClaim _ -> "Invalid JWT";
        };
        return GraphqlError.of(GraphqlError.UNAUTHENTICATED, message);
    }
}
