package dev.galley.server;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says what is being done as soon as it takes longer than a second, and nothing when all is quick; the log at DEBUG has all times. */
final class Progress implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Progress.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final PrintStream out;
    private final Duration patience;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress").factory());
    private @Nullable ScheduledFuture<?> pending;
    private String current = "";
    private long since = System.nanoTime();

    Progress(PrintStream out) {
        this(out, PATIENCE);
    }

    /** @param patience how long a step may take without a word */
    Progress(PrintStream out, Duration patience) {
        this.out = out;
        this.patience = patience;
    }

    /** Begins a step, which ends the one before. */
    synchronized void step(String what) {
        end();
        current = what;
        since = System.nanoTime();
        pending = clock.schedule(
                () -> out.println("galley: " + what + " ..."), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end() {
        if (pending != null) {
            pending.cancel(false);
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "{0}: {1} ms",
                    current,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
        }
    }

    @Override
    public synchronized void close() {
        end();
        clock.shutdownNow();
    }
}
