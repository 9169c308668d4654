package dev.galley.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a server running: starts it, waits for its end, starts it again, for as long as the program lives. A server that dies
 * at once (the disk is full) is tried again with growing pauses, so that it comes back by itself when the cause is gone.
 *
 * <p>Everything happens on one platform thread, which is therefore the parent of every {@link Postmaster} it starts; see
 * there why that matters. States: starting, then up and down in turn, then stopped; only {@link #stop} leads to the last.
 */
final class Supervisor {
    private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    /** A server that ran this long was healthy: the pauses begin anew. */
    private static final Duration PROVEN = Duration.ofSeconds(10);

    private static final String STARTING = "PostgreSQL is starting";

    interface Starter {
        Postmaster start() throws IOException;
    }

    interface Cleaner {
        void clear() throws IOException;
    }

    private final Starter starter;
    private final Cleaner cleaner;
    private final Duration startTimeout;
    private final Duration stopTimeout;
    private final Thread thread;
    private final CompletableFuture<@Nullable Void> firstStart = new CompletableFuture<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Written by the thread, read by all. */
    private volatile Postgres.Health health = new Postgres.Unhealthy(STARTING);

    private volatile @Nullable Postmaster current;

    private Supervisor(Starter starter, Cleaner cleaner, Duration startTimeout, Duration stopTimeout) {
        this.starter = starter;
        this.cleaner = cleaner;
        this.startTimeout = startTimeout;
        this.stopTimeout = stopTimeout;
        this.thread = Thread.ofPlatform().daemon().name("postgres-supervisor").unstarted(this::run);
    }

    /** Returns when the server accepts connections; throws when its first start fails. */
    static Supervisor start(Starter starter, Cleaner cleaner, Duration startTimeout, Duration stopTimeout) {
        Supervisor supervisor = new Supervisor(starter, cleaner, startTimeout, stopTimeout);
        supervisor.thread.start();
        try {
            supervisor.firstStart.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof PostgresException failure) {
                throw failure;
            }
            throw new PostgresException(
                    PostgresException.Kind.START_FAILED, "cannot start PostgreSQL: " + e.getMessage(), e);
        }
        return supervisor;
    }

    Postgres.Health health() {
        return health;
    }

    Optional<Long> pid() {
        Postmaster postmaster = current;
        return health instanceof Postgres.Healthy && postmaster != null
                ? Optional.of(postmaster.pid())
                : Optional.empty();
    }

    void onRestart(Runnable listener) {
        listeners.add(listener);
    }

    /** Stops the server and returns when it has ended. */
    void stop() {
        stopping.countDown();
        Postmaster postmaster = current;
        if (postmaster != null) {
            postmaster.stop(stopTimeout);
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!isStopping()) {
            long started = System.nanoTime();
            try {
                runOnce();
            } catch (IOException | RuntimeException e) {
                if (firstStart.completeExceptionally(e)) {
                    return;
                }
                health = new Postgres.Unhealthy(String.valueOf(e.getMessage()));
                LOG.log(System.Logger.Level.ERROR, "PostgreSQL does not start: " + e.getMessage());
            } catch (InterruptedException e) {
                return;
            }
            if (System.nanoTime() - started > PROVEN.toNanos()) {
                pause = FIRST_PAUSE;
            }
            if (pausedOrStopping(pause)) {
                break;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
        health = new Postgres.Unhealthy("PostgreSQL has been stopped");
    }

    /** From start to end of one server process. */
    private void runOnce() throws IOException, InterruptedException {
        boolean again = firstStart.isDone();
        if (again) {
            // Children of a killed postmaster need a moment to notice; a new one refuses to start beside them.
            cleaner.clear();
        }
        Postmaster postmaster = starter.start();
        current = postmaster;
        if (isStopping()) {
            // stop() may have looked for the process before it was there.
            postmaster.stop(stopTimeout);
            return;
        }
        try {
            postmaster.awaitReady(startTimeout);
        } catch (PostgresException e) {
            postmaster.stop(stopTimeout);
            throw e;
        }
        health = new Postgres.Healthy();
        if (again) {
            LOG.log(System.Logger.Level.INFO, "PostgreSQL is back");
            listeners.forEach(Supervisor::call);
        }
        firstStart.complete(null);
        int code = postmaster.awaitExit();
        if (!isStopping()) {
            health = new Postgres.Unhealthy("PostgreSQL ended with code " + code + " and is being restarted");
            LOG.log(System.Logger.Level.ERROR, "PostgreSQL ended with code " + code + ", starting it again");
        }
    }

    private static void call(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a listener for restarts failed", e);
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private boolean pausedOrStopping(Duration pause) {
        try {
            return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
