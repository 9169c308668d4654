package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Continue;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, and which of them a request takes. Everything here happens on that event loop; there
 * are no locks.
 *
 * <h2>Two lanes</h2>
 * A pipeline is fast because nobody waits for anybody, and dangerous because everybody waits for the slowest in front. So a
 * request travels on a shared connection (<em>express</em>) only if the planner says that its work is bounded, it reads, it ends
 * with an implicit commit (an explicit transaction that fails would hold those behind it), and its statement has usually taken a few milliseconds here. It carries a short statement timeout;
 * one that hits it runs again in the <em>regular</em> lane, where a request has a connection to itself, and its statement is kept
 * out of the express lane for a while, longer every time.
 *
 * <h2>What one caller may leave for the next: nothing</h2>
 * Role, claims and the rest are transaction-local. But a function that a caller's request runs (an rpc, a trigger, a policy, a
 * view) can do things that outlive the transaction:
 * <ul>
 *   <li>settings of the session: {@code set_config(..., false)}, {@code SET}. A policy may read any of them;
 *   <li>temporary tables (searched before all schemas), cursors WITH HOLD, LISTEN, {@code lastval()};
 *   <li>advisory locks of the session, which hang others up;
 *   <li>{@code DEALLOCATE} of one of our statements and {@code PREPARE} of another under its name, which would then run as the
 *       next caller.
 * </ul>
 * <b>Regular lane</b>: after every request the connection runs {@link ResetExchange}, and is given to nobody before that has
 * succeeded. It costs PostgreSQL about 20 microseconds and no caller waits for it.
 *
 * <p><b>Express lane</b>: nobody can wait for a reset here. Instead every request begins with {@code RESET ALL} and with
 * freeing the session's advisory locks, inside its own transaction (about 3 of 20 microseconds): whatever settings the
 * one in front left are gone before the role is set. Its transactions are read only: no temporary tables, no {@code lastval()}. What
 * remains (held cursors, LISTEN, prepared statements) needs dynamic utility commands in a volatile function that a bounded
 * table read calls. Each used connection gets the full {@link ResetExchange} once a second against that, and is closed when a foreign
 * statement is found.
 *
 * <p><b>Behind a connection pooler</b> the next transaction of a connection may meet another session, with whatever others left in
 * it. So every request is preceded by all of {@link ResetExchange}, in a transaction before its own, in either lane, and nothing is done
 * afterwards. Statements have no names there, so none can be replaced.
 *
 * <h2>Time</h2>
 * One timer looks at all unfinished requests every {@link #TICK_MILLIS}, and stops when there are none: cheaper than a timer for each.
 */
final class LoopPool {
    private static final System.Logger LOG = System.getLogger(LoopPool.class.getName());
    private static final int TICK_MILLIS = 25;
    private static final long RESET_EVERY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SHORTEST_BACKOFF_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_BACKOFF_NANOS = Duration.ofSeconds(2).toNanos();
    private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

    private final ContextInternal context;
    private final Connector connector;
    private final WireObserver observer;
    private final RegularLane regular;
    private final ExpressLane express;
    private final Shape.Book shapes = new Shape.Book();
    private final long expressLimitNanos;
    private final int conflictRetries;
    private final long expressTimeoutMillis;
    private final long acquireNanos;
    private @Nullable CallerRequest unfinished;
    private boolean ticking;
    private long lastReset = System.nanoTime();
    private boolean closed;
    private int connectFailures;
    private long connectAgainAt;
    private @Nullable Throwable connectFailure;
    private volatile Counts counts = new Counts(0, 0, 0);

    /** For metrics: may be a moment old. */
    record Counts(int open, int busy, int waiting) {}

    /** @param connections the share of this event loop */
    LoopPool(
            ContextInternal context,
            Connector connector,
            WireSettings settings,
            WireObserver observer,
            int connections) {
        this.context = context;
        this.connector = connector;
        this.observer = observer;
        int shared = Math.min(settings.expressConnections(), Math.max(0, connections - 1));
        this.regular = new RegularLane(this, connections - shared, settings.queue(), settings.roleShare());
        this.expressLimitNanos = settings.expressLimit().toNanos();
        this.conflictRetries = settings.conflictRetries();
        this.expressTimeoutMillis = settings.expressTimeout().toMillis();
        this.express = new ExpressLane(
                this,
                shared,
                settings.expressTimeout().plusNanos(CallerRequest.OBEY_NANOS).toNanos());
        this.acquireNanos = settings.acquireTimeout().toNanos();
    }

    Running run(ContextInternal from, TransactionRequest request) {
        long now = System.nanoTime();
        CallerRequest caller = new CallerRequest(from, request, this, shapes.of(known(request)), now);
        link(caller);
        if (closed) {
            caller.fail(new DatabaseException(new DatabaseFailure.Unavailable("shutting down", retryAfter())));
            return caller;
        }
        keepTime();
        if (isExpress(request, caller.shape(), now)) {
            String shortTimeout = shortTimeout(request);
            WireConnection shared = express.pick();
            if (shared != null) {
                caller.start(shared, true, shortTimeout);
                return caller;
            }
        }
        regular.submit(caller, false);
        return caller;
    }

    /** By what its duration is remembered: its first statement, apart from the same when a longer transaction begins with it. */
    private static String known(TransactionRequest request) {
        if (request.steps().isEmpty()) {
            return "";
        }
        String sql = request.steps().getFirst().statement().sql();
        return request.ending() instanceof Continue ? "transaction: " + sql : sql;
    }

    private boolean isExpress(TransactionRequest request, Shape shape, long now) {
        return request.bounded()
                && request.readOnly()
                && request.ending() instanceof Commit
                && request.steps().size() == 1
                && shape.isQuick(expressLimitNanos, now)
                && Isolation.level(request.settings()).isEmpty();
    }

    /** Empty when the caller's own timeout is shorter: then it is that one which has to be reported. */
    private String shortTimeout(TransactionRequest request) {
        OptionalLong own = StatementTimeout.millis(request.settings());
        return own.isPresent() && own.getAsLong() > 0 && own.getAsLong() <= expressTimeoutMillis
                ? ""
                : Long.toString(expressTimeoutMillis);
    }

    // ---- what requests and lanes ask for

    void submitAgain(CallerRequest request) {
        regular.submit(request, true);
    }

    void forget(CallerRequest request) {
        regular.forget(request);
    }

    void release(WireConnection connection) {
        regular.release(connection);
    }

    void cancelWork(WireConnection connection) {
        regular.cancelWork(connection);
    }

    Future<Void> cancel(WireConnection connection) {
        return connector.cancel(context, connection.key());
    }

    WireObserver observer() {
        return observer;
    }

    long acquireNanos() {
        return acquireNanos;
    }

    boolean isClosed() {
        return closed;
    }

    int conflictRetries() {
        return conflictRetries;
    }

    /** Runs it on the event loop after a while. */
    void schedule(Runnable task, long millis) {
        var _ = context.nettyEventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    void execute(Runnable task) {
        if (context.nettyEventLoop().inEventLoop()) {
            task.run();
        } else {
            context.nettyEventLoop().execute(task);
        }
    }

    // ---- connecting

    boolean mayConnect() {
        return !closed && (connectFailures == 0 || System.nanoTime() - connectAgainAt >= 0);
    }

    Future<WireConnection> connect(WireObserver.Lane lane) {
        return connector.connect(context).andThen((connection, failure) -> {
            if (failure != null) {
                long backoff = Math.min(LONGEST_BACKOFF_NANOS, SHORTEST_BACKOFF_NANOS << Math.min(connectFailures, 10));
                connectFailures++;
                connectAgainAt = System.nanoTime() + backoff;
                if (connectFailure == null) {
                    LOG.log(Level.WARNING, "cannot connect to the database: {0}", reason(failure));
                }
                connectFailure = failure;
                observer.connectFailed(reason(failure));
            } else if (closed) {
                connection.close("shutting down");
            } else {
                if (connectFailure != null) {
                    LOG.log(Level.INFO, "connected to the database again");
                }
                connectFailures = 0;
                connectFailure = null;
                observer.connectionOpened(lane);
            }
        });
    }

    void connectionLost(WireObserver.Lane lane, String reason) {
        observer.connectionLost(lane, reason);
    }

    /** Why a request gets no connection: the server cannot be reached, or all are taken. */
    DatabaseException noConnection() {
        Throwable failure = connectFailure;
        boolean full = failure instanceof Login.LoginRefused refused
                && refused.error().sqlState().equals("53300");
        if (failure == null || full || regular.open() > 0) {
            return new DatabaseException(new DatabaseFailure.Busy(BUSY_RETRY));
        }
        return new DatabaseException(new DatabaseFailure.Unavailable(reason(failure), retryAfter()));
    }

    /** Others may still get one. */
    DatabaseException roleHasItsShare() {
        return new DatabaseException(new DatabaseFailure.RoleBusy(BUSY_RETRY));
    }

    private static String reason(Throwable failure) {
        return Optional.ofNullable(failure.getMessage())
                .orElse("cannot connect: " + failure.getClass().getSimpleName());
    }

    Duration retryAfter() {
        long nanos = connectAgainAt - System.nanoTime();
        return Duration.ofSeconds(connectFailures == 0 || nanos <= 0 ? 1 : 1 + nanos / 1_000_000_000L);
    }

    // ---- time

    private void keepTime() {
        if (!ticking) {
            ticking = true;
            var _ = context.nettyEventLoop().schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        ticking = false;
        long now = System.nanoTime();
        for (CallerRequest request = unfinished; request != null; ) {
            CallerRequest after = request.next; // the request may leave the list
            request.checkTime(now);
            request = after;
        }
        express.closeSilent(now);
        regular.closeSilent(now);
        boolean idle = unfinished == null && express.busy() == 0;
        if (idle || now - lastReset >= RESET_EVERY_NANOS) {
            lastReset = now;
            idle &= !express.reset();
        }
        regular.dispatch();
        counts = new Counts(regular.open() + express.open(), regular.busy() + express.busy(), regular.waiting());
        if (!idle || regular.busy() > 0) {
            keepTime();
        }
    }

    Counts counts() {
        return counts;
    }

    private void link(CallerRequest request) {
        request.next = unfinished;
        if (unfinished != null) {
            unfinished.previous = request;
        }
        unfinished = request;
    }

    void unlink(CallerRequest request) {
        if (request.previous == null) {
            unfinished = request.next;
        } else {
            request.previous.next = request.next;
        }
        if (request.next != null) {
            request.next.previous = request.previous;
        }
        request.previous = null;
        request.next = null;
    }

    void close() {
        closed = true;
        regular.close();
        express.close();
    }
}
