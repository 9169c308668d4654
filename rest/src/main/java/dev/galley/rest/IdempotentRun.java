package dev.galley.rest;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.idempotency.IdempotencyKey;
import dev.galley.postgres.idempotency.IdempotentWrite;
import dev.galley.postgres.idempotency.IdempotentWrite.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** One write with a key: its effect, or the answer that was kept of it. Confined to an event loop. */
final class IdempotentRun {
    private final RequestTransaction transactions;
    private final Idempotency idempotency;
    private final IdempotencyKey key;
    private final Consumer<Running> started;

    /** @param started is told of each transaction, so that it can be cancelled */
    IdempotentRun(
            RequestTransaction transactions, Idempotency idempotency, IdempotencyKey key, Consumer<Running> started) {
        this.transactions = transactions;
        this.idempotency = idempotency;
        this.key = key;
        this.started = started;
    }

    /**
     * @param printer makes the answer when all rows have come
     * @return the answer that was printed, or another that was kept
     */
    Future<Reply> run(TransactionRequest request, Function<Outcome, Reply> printer) {
        List<Reply> printed = new ArrayList<>(1);
        Running running = transactions.run(IdempotentWrite.once(request, key, soFar -> {
            Reply reply = printer.apply(soFar);
            printed.clear();
            printed.add(reply);
            return idempotency.kept(reply);
        }));
        started.accept(running);
        return running.outcome().transform(done -> {
            if (done.succeeded()) {
                // Nothing was printed when the rows forbade the commit: printing says why.
                return Future.succeededFuture(printed.isEmpty() ? printer.apply(done.result()) : printed.getFirst());
            }
            Optional<Verdict> verdict = IdempotentWrite.verdict(done.cause());
            if (verdict.isEmpty()) return Future.failedFuture(done.cause());
            return verdict.get() == Verdict.ANSWERED
                    ? replay(request)
                    : Future.failedFuture(Idempotency.refused(verdict.get()));
        });
    }

    private Future<Reply> replay(TransactionRequest request) {
        List<Reply> kept = new ArrayList<>(1);
        Running running = transactions.run(IdempotentWrite.replay(request, key, answer -> {
            kept.clear();
            kept.add(Idempotency.replayed(answer));
        }));
        started.accept(running);
        return running.outcome().transform(done -> {
            if (done.failed()) return Future.failedFuture(done.cause());
            return kept.isEmpty()
                    ? Future.failedFuture(Idempotency.refused(Verdict.ANSWERED))
                    : Future.succeededFuture(kept.getFirst());
        });
    }
}
