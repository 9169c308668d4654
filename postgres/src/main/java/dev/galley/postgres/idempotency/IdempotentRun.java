package dev.galley.postgres.idempotency;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.idempotency.IdempotentWrite.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One write with a key: its effect, or the answer that was kept of it. Confined to an event loop.
 *
 * @param <A> a dialect's answer
 */
public final class IdempotentRun<A> {
    private final RequestTransaction transactions;
    private final Form<A> form;
    private final IdempotencyKey key;
    private final Consumer<Running> started;

    /** How a dialect writes its answers for keeping, and reads them. */
    public interface Form<A> {
        /** @throws RuntimeException when it is too large to be kept; the write is undone */
        StoredAnswer kept(A answer);

        A replayed(StoredAnswer answer);

        /** In the dialect's own type. */
        RuntimeException refused(IdempotencyError error);
    }

    /** @param started is told of each transaction, so that it can be cancelled */
    public IdempotentRun(RequestTransaction transactions, Form<A> form, IdempotencyKey key, Consumer<Running> started) {
        this.transactions = transactions;
        this.form = form;
        this.key = key;
        this.started = started;
    }

    /**
     * @param printer makes the answer when all rows have come
     * @return the answer that was printed, or another that was kept
     */
    public Future<A> run(TransactionRequest request, Function<Outcome, A> printer) {
        List<A> printed = new ArrayList<>(1);
        Running running = transactions.run(IdempotentWrite.once(request, key, soFar -> {
            A answer = printer.apply(soFar);
            printed.clear();
            printed.add(answer);
            return form.kept(answer);
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
                    : Future.failedFuture(form.refused(error(verdict.get())));
        });
    }

    private Future<A> replay(TransactionRequest request) {
        List<A> kept = new ArrayList<>(1);
        Running running = transactions.run(IdempotentWrite.replay(request, key, answer -> {
            kept.clear();
            kept.add(form.replayed(answer));
        }));
        started.accept(running);
        return running.outcome().transform(done -> {
            if (done.failed()) return Future.failedFuture(done.cause());
            return kept.isEmpty()
                    ? Future.failedFuture(form.refused(error(Verdict.ANSWERED)))
                    : Future.succeededFuture(kept.getFirst());
        });
    }

    private static IdempotencyError error(Verdict verdict) {
        return switch (verdict) {
            // Answered before, but removed since or not the caller's any more: another try begins anew.
            case ANSWERED, UNDER_WAY -> new IdempotencyError.UnderWay();
            case USED_OTHERWISE -> new IdempotencyError.UsedOtherwise();
            case NOT_INSTALLED -> new IdempotencyError.NotInstalled();
        };
    }
}
