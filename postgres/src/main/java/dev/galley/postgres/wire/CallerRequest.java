package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Continue;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.Next;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.TransactionRequest.Step;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request from its arrival to its outcome: decides what an error, a lost connection, a timeout or a caller's leaving means.
 *
 * <p>A request is run again in four cases only, and never after its transaction may have been committed: once each when the express lane's
 * timeout stopped it, when the server no longer had one of its prepared statements (the transaction was rolled back), and when a read lost its
 * connection; a few times when it met another transaction and PostgreSQL chose it to give way (a deadlock, a serialization failure). If rows have been handed out, their receiver must agree to start over.
 *
 * <p>Confined to the pool's event loop, but for {@link #cancel}.
 */
final class CallerRequest implements Running {
    /** The longest pause before a transaction that met another is run again is twice this, then four times ... */
    private static final long PAUSE_MILLIS = 5;

    /** How long the server may take to obey a cancel request before the connection is given up. */
    static final long OBEY_NANOS = Duration.ofSeconds(3).toNanos();

    private enum State {
        WAITING,
        EXPRESS,
        REGULAR,
        DONE
    }

    private enum Stop {
        TIMEOUT,
        CALLER,
        RECEIVER
    }

    private final TransactionRequest request;
    private final LoopPool pool;
    private final Shape shape;
    /** Of the caller's own context: what hangs on it runs there, and what it throws ends there. */
    private final Promise<Outcome> promise;

    private final long arrivedNanos;
    private final long timeoutNanos;
    private State state = State.WAITING;
    private @Nullable RequestExchange attempt;
    /** All steps of this attempt so far, and the counts of those before the exchange under way. */
    private List<Step> steps;

    private List<Long> earlier = List.of();
    private Ending ending;
    private @Nullable Stop stop;
    private @Nullable RuntimeException receiverFailure;
    private long waitingSince;
    private long stoppedNanos;
    /** Whether the receivers have been given rows, or asked what comes behind those that they were given, if any. */
    private boolean handedOut;

    private boolean rerunStale;
    private boolean rerunLost;
    private boolean rerunExpress;
    private int conflicts;

    /** The pool's list of unfinished requests. */
    @Nullable
    CallerRequest previous;

    @Nullable
    CallerRequest next;

    CallerRequest(ContextInternal caller, TransactionRequest request, LoopPool pool, Shape shape, long now) {
        this.promise = caller.promise();
        this.request = request;
        this.steps = request.steps();
        this.ending = request.ending();
        this.pool = pool;
        this.shape = shape;
        this.arrivedNanos = now;
        this.waitingSince = now;
        this.timeoutNanos = request.timeout().toNanos();
    }

    TransactionRequest request() {
        return request;
    }

    Shape shape() {
        return shape;
    }

    @Override
    public Future<Outcome> outcome() {
        return promise.future();
    }

    /** Whether the server's own statements must not be trusted: one of them was stale, and other connections have more such. */
    boolean mustPrepareAnew() {
        return rerunStale;
    }

    // ---- running

    /** Hands the request to a connection. */
    void start(WireConnection connection, boolean express, String shortTimeout) {
        RequestExchange exchange = new RequestExchange(this, connection, express, shortTimeout);
        attempt = exchange;
        steps = request.steps();
        ending = request.ending();
        earlier = List.of();
        state = express ? State.EXPRESS : State.REGULAR;
        if (!express) {
            shape.started();
        }
        long now = System.nanoTime();
        pool.observer().started(express ? WireObserver.Lane.EXPRESS : WireObserver.Lane.REGULAR, now - arrivedNanos);
        try {
            exchange.start();
        } catch (RuntimeException e) {
            release(exchange);
            fail(e);
        }
    }

    void row(int step, ByteBuf body) {
        // Also while a cancel is under way: the server may be done before it, and a success has all its rows.
        if (state == State.DONE || stop == Stop.RECEIVER) {
            return;
        }
        handedOut = true;
        try {
            steps.get(earlier.size() + step).rows().row(body);
        } catch (RuntimeException e) {
            receiverFailure = e;
            stop(Stop.RECEIVER);
        }
    }

    /** A row beyond the limit: as if the receiver had refused it, but the rest cannot be read past. */
    void tooLong(int bytes) {
        if (stop == null) {
            stop = Stop.RECEIVER;
            receiverFailure = new DatabaseException(new DatabaseFailure.RowTooLong(bytes));
        }
    }

    /** The server has answered everything and no transaction is open. */
    void answered(RequestExchange exchange, @Nullable ServerError error) {
        shape.took(exchange.serviceNanos());
        release(exchange);
        if (state == State.DONE) {
            return;
        }
        if (error == null) {
            if (stop == Stop.RECEIVER) {
                fail(failureOf(Stop.RECEIVER));
            } else {
                succeed(new Outcome(counts(exchange), ending instanceof Commit));
            }
        } else {
            refused(exchange, error);
        }
    }

    /** The server has answered a round trip of an explicit transaction and waits for its next. */
    void openTransaction(RequestExchange exchange, @Nullable ServerError error) {
        shape.took(exchange.serviceNanos());
        boolean keep = false;
        if (error == null && stop == null) {
            handedOut |= ending instanceof Continue || ending instanceof Decide;
            try {
                if (ending instanceof Continue more
                        && follow(exchange, more.next().apply(new Outcome(counts(exchange), false)))) {
                    return;
                }
                keep = ending instanceof Commit
                        || (ending instanceof Decide decide && decide.keep().getAsBoolean());
            } catch (RuntimeException e) {
                receiverFailure = e;
                stop = Stop.RECEIVER;
            }
        }
        new FinishExchange(this, exchange, keep, error).start();
    }

    /** Sends further steps; false when there are none and only the end is to be sent. */
    private boolean follow(RequestExchange exchange, Next next) {
        if (next.steps().isEmpty()) {
            if (!(next.ending() instanceof Commit || next.ending() instanceof Rollback)) {
                throw new IllegalStateException("nothing to do, and no end");
            }
            ending = next.ending();
            return false;
        }
        RequestExchange further = new RequestExchange(exchange, next.steps(), next.ending());
        further.start();
        attempt = further;
        earlier = counts(exchange);
        ending = next.ending();
        steps = Stream.concat(steps.stream(), next.steps().stream()).toList();
        return true;
    }

    private List<Long> counts(RequestExchange exchange) {
        List<Long> counts = exchange.counts();
        return earlier.isEmpty()
                ? counts
                : Stream.concat(earlier.stream(), counts.stream()).toList();
    }

    void finished(RequestExchange exchange, boolean committed, @Nullable ServerError error) {
        if (error == null && stop != null && !committed) {
            release(exchange);
            fail(failureOf(stop));
        } else if (error == null) {
            release(exchange);
            succeed(new Outcome(counts(exchange), committed));
        } else {
            release(exchange);
            refused(exchange, error);
        }
    }

    private void refused(RequestExchange exchange, ServerError error) {
        if (state == State.DONE) {
            return;
        }
        if (stop != null && (error.isCancel() || stop == Stop.RECEIVER)) {
            fail(failureOf(stop));
        } else if (error.isCancel() && exchange.hasShortTimeout() && !rerunExpress && startOver()) {
            rerunExpress = true;
            shape.bar(System.nanoTime());
            rerun(WireObserver.Rerun.EXPRESS_TIMEOUT);
        } else if (error.isStaleStatement() && !rerunStale && startOver()) {
            rerunStale = true;
            rerun(WireObserver.Rerun.STALE_STATEMENT);
        } else if (error.isConflict() && mayTryAgain() && startOver()) {
            conflicts++;
            rerunLater();
        } else {
            int step = exchange.failedStep();
            fail(new DatabaseException(error.toFailure(), step < 0 ? step : earlier.size() + step));
        }
    }

    // ---- losing the connection

    /**
     * Lost before the last round trip of an explicit transaction, or in the only one.
     *
     * @param error what the server still said, if anything
     */
    void lost(RequestExchange exchange, @Nullable ServerError error, String reason) {
        // An error that came before the last step was done: the implicit commit was never reached.
        boolean refused = error != null && !exchange.stepsDone();
        boolean unknown = ending instanceof Commit && exchange.isSent() && !refused;
        lost(exchange, unknown, reason);
    }

    void lostAtEnd(RequestExchange exchange, FinishExchange end, @Nullable ServerError cause, String reason) {
        if (cause != null) {
            // The transaction had failed already; that is what the caller wants to know.
            release(exchange);
            refused(exchange, cause);
        } else {
            lost(exchange, end.mayHaveCommitted(), reason);
        }
    }

    private void lost(RequestExchange exchange, boolean mayHaveCommitted, String reason) {
        release(exchange);
        if (state == State.DONE) {
            return;
        }
        if (mayHaveCommitted && !request.readOnly()) {
            fail(new DatabaseException(new DatabaseFailure.OutcomeUnknown(reason)));
        } else if (stop != null) {
            fail(failureOf(stop));
        } else if (request.readOnly() && !rerunLost && !pool.isClosed() && startOver()) {
            rerunLost = true;
            rerun(WireObserver.Rerun.CONNECTION_LOST);
        } else {
            fail(new DatabaseException(new DatabaseFailure.Unavailable(reason, pool.retryAfter())));
        }
    }

    // ---- stopping

    @Override
    public void cancel() {
        pool.execute(() -> stop(Stop.CALLER));
    }

    private void stop(Stop why) {
        if (state == State.DONE || stop != null) {
            return;
        }
        stop = why;
        stoppedNanos = System.nanoTime();
        switch (state) {
            case WAITING -> {
                pool.forget(this);
                fail(failureOf(why));
            }
            // What is in the pipeline cannot be taken out; its answer is ignored, its own timeout ends it.
            case EXPRESS -> fail(failureOf(why));
            case REGULAR -> {
                if (attempt != null) {
                    pool.cancelWork(attempt.connection());
                }
            }
            case DONE -> {}
        }
    }

    /** Called every few milliseconds. */
    void checkTime(long now) {
        boolean late = now - arrivedNanos >= timeoutNanos;
        if (state == State.WAITING && (late || now - waitingSince >= pool.acquireNanos())) {
            pool.forget(this);
            fail(pool.noConnection());
        } else if (stop == null && late) {
            stop(Stop.TIMEOUT);
        } else if (stop != null && now - stoppedNanos >= OBEY_NANOS && attempt != null && state == State.REGULAR) {
            attempt.connection().close("the server did not obey a cancel request");
        }
    }

    private Throwable failureOf(Stop why) {
        return switch (why) {
            case TIMEOUT -> new DatabaseException(new DatabaseFailure.TimedOut(request.timeout()));
            case CALLER -> new DatabaseException(new DatabaseFailure.Cancelled());
            case RECEIVER ->
                receiverFailure == null ? new IllegalStateException("the receiver of rows failed") : receiverFailure;
        };
    }

    // ---- ending

    private boolean startOver() {
        if (!handedOut) {
            return true;
        }
        boolean all = true;
        for (Step step : steps) {
            all &= step.rows().restart();
        }
        handedOut = !all;
        return all;
    }

    /** The transaction is undone as a whole; what follows its first steps is asked for anew. */
    private boolean mayTryAgain() {
        return stop == null && conflicts < pool.conflictRetries() && !pool.isClosed();
    }

    /** After a pause of random length: of two that met once the one that comes later finds the other done. */
    private void rerunLater() {
        pool.observer().rerun(WireObserver.Rerun.CONFLICT);
        state = State.WAITING;
        waitingSince = System.nanoTime();
        pool.schedule(
                () -> {
                    if (state == State.WAITING) {
                        pool.submitAgain(this);
                    }
                },
                ThreadLocalRandom.current().nextLong(PAUSE_MILLIS << conflicts));
    }

    private void rerun(WireObserver.Rerun why) {
        pool.observer().rerun(why);
        state = State.WAITING;
        waitingSince = System.nanoTime();
        pool.submitAgain(this);
    }

    private void release(RequestExchange exchange) {
        attempt = null;
        if (!exchange.isExpress()) {
            shape.stopped();
            pool.release(exchange.connection());
        }
    }

    private void succeed(Outcome outcome) {
        if (end(true)) {
            promise.complete(outcome);
        }
    }

    void fail(Throwable cause) {
        if (end(false)) {
            promise.fail(cause);
        }
    }

    private boolean end(boolean success) {
        if (state == State.DONE) {
            return false;
        }
        state = State.DONE;
        pool.unlink(this);
        pool.observer().ended(System.nanoTime() - arrivedNanos, success);
        return true;
    }
}
