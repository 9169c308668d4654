package dev.galley.graphql;

import dev.galley.identity.Caller;
import dev.galley.postgres.idempotency.Fingerprint;
import dev.galley.postgres.idempotency.IdempotencyError;
import dev.galley.postgres.idempotency.IdempotencyKey;
import dev.galley.postgres.idempotency.IdempotencySettings;
import dev.galley.postgres.idempotency.IdempotentRun;
import dev.galley.postgres.idempotency.StoredAnswer;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * The header {@code Idempotency-Key} of a mutation. A request is the same when document, name, variables and type of answer are: a client
 * may name the document by its hash in one try and send its text in another.
 */
record Idempotency(IdempotencySettings settings) implements IdempotentRun.Form<Reply> {

    /** Empty without the header. */
    Optional<IdempotencyKey> key(MultiMap headers, Caller caller, GraphqlRequest request, AnswerType type) {
        List<String> given = headers.getAll(IdempotencyKey.HEADER);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        String key = IdempotencyKey.read(given, settings.longestKey())
                .orElseThrow(() -> refused(new IdempotencyError.BadKey(settings.longestKey())));
        String fingerprint = new Fingerprint()
                .add(GraphqlService.PATH)
                .add(type.name())
                .add(request.text())
                .add(request.operationName().orElse(""))
                .add(request.given())
                .hex();
        return Optional.of(new IdempotencyKey(key, fingerprint, IdempotencyKey.credential(caller.subject(), headers)));
    }

    @Override
    public StoredAnswer kept(Reply answer) {
        if (answer.body().length() > settings.maxAnswer()) {
            throw refused(new IdempotencyError.AnswerTooLarge(settings.maxAnswer()));
        }
        return new StoredAnswer(answer.status(), "[]", answer.body().getBytes());
    }

    @Override
    public Reply replayed(StoredAnswer answer) {
        return new Reply(answer.status(), Buffer.buffer(answer.body())).with(IdempotencyKey.REPLAYED_HEADER, "true");
    }

    @Override
    public GraphqlException refused(IdempotencyError error) {
        IdempotencyError.Told told = error.told();
        GraphqlError refusal = GraphqlError.of(
                        told.code(),
                        told.message() + told.details().map(text -> ". " + text).orElse(""))
                .status(told.status());
        return (error instanceof IdempotencyError.UnderWay ? refusal.retryable() : refusal).thrown();
    }
}
