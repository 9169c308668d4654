package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Continue;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.TransactionRequest.Next;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request from its arrival to its outcome: decides what an error, a lost connection, a timeout or a caller's leaving means.
 *
 * <p>A request is run again for the reasons of {@link Reruns} only, and never after its transaction may have been committed. If rows
 * have been handed out, their receiver must agree to start over.
 *
 * <p>Confined to the pool's event loop, but for {@link #cancel}.
 */
final class CallerRequest implements Running {
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
    private final Progress progress;
    private final Reruns reruns = new Reruns();
    private final LoopPool pool;
    private final Shape shape;
    /** Of the caller's own context: what hangs on it runs there, and what it throws ends there. */
    private final Promise<Outcome> promise;

    private final long arrivedNanos;
    private final long timeoutNanos;
    private State state = State.WAITING;
    private @Nullable RequestExchange attempt;
    private @Nullable Stop stop;
    private @Nullable RuntimeException receiverFailure;
    private long waitingSince;
    private long stoppedNanos;

    /** The pool's list of unfinished requests. */
    @Nullable
    CallerRequest previous;

    @Nullable
    CallerRequest next;

    CallerRequest(ContextInternal caller, TransactionRequest request, LoopPool pool, Shape shape, long now) {
        this.promise = caller.promise();
        this.request = request;
        this.progress = new Progress(request);
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

    /** See {@link Reruns#mustPrepareAnew}. */
    boolean mustPrepareAnew() {
        return reruns.mustPrepareAnew();
    }

    // ---- running

    /** Hands the request to a connection. */
    void start(WireConnection connection, boolean express, String shortTimeout) {
        RequestExchange exchange = new RequestExchange(this, connection, express, shortTimeout);
        attempt = exchange;
        progress.begin();
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
        try {
            progress.receiver(step).row(body);
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
                succeed(new Outcome(progress.counts(exchange), progress.ending() instanceof Commit));
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
            try {
                if (progress.ending() instanceof Continue more) {
                    progress.asks();
                    if (follow(exchange, more.next().apply(new Outcome(progress.counts(exchange), false)))) {
                        return;
                    }
                }
                keep = keeps();
            } catch (RuntimeException e) {
                receiverFailure = e;
                stop = Stop.RECEIVER;
            }
        }
        new FinishExchange(this, exchange, keep, error).start();
    }

    private boolean keeps() {
        if (progress.ending() instanceof Decide decide) {
            progress.asks();
            return decide.keep().getAsBoolean();
        }
        return progress.ending() instanceof Commit;
    }

    /** Sends further steps; false when there are none and only the end is to be sent. */
    private boolean follow(RequestExchange exchange, Next next) {
        if (next.steps().isEmpty()) {
            progress.end(next);
            return false;
        }
        RequestExchange further = new RequestExchange(exchange, next.steps(), next.ending());
        further.start();
        attempt = further;
        progress.follow(exchange, next);
        return true;
    }

    void finished(RequestExchange exchange, boolean committed, @Nullable ServerError error) {
        if (error == null && stop != null && !committed) {
            release(exchange);
            fail(failureOf(stop));
        } else if (error == null) {
            release(exchange);
            succeed(new Outcome(progress.counts(exchange), committed));
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
            return;
        }
        int mostConflicts = stop == null && !pool.isClosed() ? pool.conflictRetries() : 0;
        WireObserver.Rerun why = reruns.after(error, exchange.hasShortTimeout(), mostConflicts);
        if (why != null && progress.startOver()) {
            if (why == WireObserver.Rerun.EXPRESS_TIMEOUT) shape.bar(System.nanoTime());
            rerun(why);
        } else {
            fail(new DatabaseException(error.toFailure(), progress.number(exchange.failedStep())));
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
        boolean unknown = progress.ending() instanceof Commit && exchange.isSent() && !refused;
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
        } else if (request.readOnly() && reruns.mayAfterLoss() && !pool.isClosed() && progress.startOver()) {
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

    private void rerun(WireObserver.Rerun why) {
        reruns.made(why);
        pool.observer().rerun(why);
        state = State.WAITING;
        waitingSince = System.nanoTime();
        if (why != WireObserver.Rerun.CONFLICT) {
            pool.submitAgain(this);
            return;
        }
        pool.schedule(
                () -> {
                    if (state == State.WAITING) {
                        pool.submitAgain(this);
                    }
                },
                reruns.pauseMillis());
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
