package dev.galley.rest;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Continue;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Next;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.idempotency.IdempotencyKey;
import dev.galley.postgres.idempotency.IdempotentRun;
import dev.galley.postgres.idempotency.IdempotentWrite;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes the steps of one document through a transaction. Steps that use no results of each other travel in one round trip; one
 * that uses a result begins the next. Trying again after a conflict is the transaction's own: it asks for the steps after the first
 * round trip anew. Confined to an event loop, once it is prepared.
 */
final class TxRun {
    private final TxDocument document;
    private final TxSteps steps;
    private final String role;
    private final Duration timeout;
    private final boolean rollsBack;
    /** With which the transaction has its effect once only. */
    private final Optional<IdempotencyKey> key;

    private final TransactionRequest request;

    /** With the steps of the first round trip ready to be sent; {@link #run} must follow. */
    TxRun(
            TxDocument document,
            TxSteps steps,
            String role,
            Optional<IdempotencyKey> key,
            Duration timeout,
            boolean rollsBack) {
        this.document = document;
        this.steps = steps;
        this.role = role;
        this.key = key.filter(_ -> !rollsBack);
        this.timeout = timeout;
        this.rollsBack = rollsBack;
        try {
            this.request = request();
        } catch (RuntimeException e) {
            steps.discard();
            throw e;
        }
    }

    private TransactionRequest request() {
        int end = document.endOfRound(0);
        steps.prepare(0, end);
        List<LocalSetting> settings = new ArrayList<>(steps.settings());
        steps.isolation().ifPresent(settings::add);
        return new TransactionRequest(
                role, settings, document.reads(), false, steps.toSend(0), ending(0, end), timeout);
    }

    /** @param started is told of each transaction, so that it can be cancelled */
    Future<Reply> run(RequestTransaction transactions, Idempotency idempotency, Consumer<Running> started) {
        int before = key.isPresent() ? IdempotentWrite.STEPS_BEFORE : 0;
        Future<Reply> reply;
        try {
            if (key.isPresent()) {
                var run = new IdempotentRun<>(transactions, idempotency, key.get(), started);
                reply = run.run(request, _ -> steps.reply());
            } else {
                Running running = transactions.run(request);
                started.accept(running);
                reply = running.outcome().map(_ -> steps.reply());
            }
        } catch (RuntimeException e) {
            steps.discard();
            throw e;
        }
        return reply.recover(cause -> Future.failedFuture(named(cause, before))).eventually(() -> {
            steps.discard();
            return Future.succeededFuture();
        });
    }

    /** What follows the round trip of these steps. */
    private Ending ending(int start, int end) {
        boolean last = end == document.steps().size();
        if (last && (rollsBack || !steps.mayObject(start, end))) return end();
        return new Continue(_ -> {
            steps.finish(start, end);
            if (last) return new Next(List.of(), end());
            int next = document.endOfRound(end);
            steps.prepare(end, next);
            return new Next(steps.toSend(end), ending(end, next));
        });
    }

    private Ending end() {
        return rollsBack ? new Rollback() : new Commit();
    }

    /** @param before the statements in front of those of the steps */
    private Throwable named(Throwable cause, int before) {
        if (!(cause instanceof DatabaseException e) || e.step().isEmpty()) return cause;
        return steps.failure(e.step().getAsInt() - before, e)
                .<Throwable>map(failure -> failure)
                .orElse(cause);
    }
}
