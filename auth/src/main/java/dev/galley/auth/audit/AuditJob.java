package dev.galley.auth.audit;

import dev.galley.auth.account.Audit.Noted;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Chains entries of the audit log soon after they were written, and removes old ones now and then. Does nothing while nobody signs in, so
 * that no connection is held for it.
 */
public final class AuditJob implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AuditJob.class.getName());

    private final AuditChain chain;
    private final Witness witness;
    private final AuditSettings settings;
    private final Duration interval;
    private final Clock clock;
    private final Semaphore written = new Semaphore(1);
    private final Thread thread = Thread.ofVirtual().name("auth-audit").unstarted(this::loop);
    private Instant removed = Instant.MIN;
    private String told = "";

    /** @param interval between two removals of what is old; zero: nothing is removed */
    public AuditJob(AuditChain chain, AuditSettings settings, Duration interval, Clock clock) {
        this.chain = chain;
        this.witness = chain.witness(clock);
        this.settings = settings;
        this.interval = interval;
        this.clock = clock;
    }

    public void start() {
        thread.start();
    }

    /** Entries were written, if their transactions commit. Safe for many threads. */
    public void written(List<Noted> entries) {
        witness.expect(entries);
        written.release();
    }

    private void loop() {
        try {
            while (true) {
                if (keepsForEver()) {
                    written.acquire();
                } else {
                    var _ = written.tryAcquire(Math.max(1, interval.toMillis()), TimeUnit.MILLISECONDS);
                }
                Thread.sleep(settings.chainDelay());
                written.drainPermits();
                attempt();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean keepsForEver() {
        return !settings.keep().isPositive() || !interval.isPositive();
    }

    private void attempt() {
        try {
            List<Noted> expected = witness.expected();
            int chained = extend(expected);
            LOG.log(Level.DEBUG, "{0} entries of the audit log chained", chained);
            Instant now = clock.instant();
            if (!keepsForEver() && removed.isBefore(now.minus(interval))) {
                removed = now;
                int gone = chain.remove(now.minus(settings.keep()), now);
                LOG.log(Level.DEBUG, "{0} old entries of the audit log removed", gone);
            }
        } catch (AuditChain.BrokenException broken) {
            tell(
                    Level.ERROR,
                    "the audit log was tampered with: " + broken.getMessage() + "; see `galley audit verify`");
        } catch (SQLException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                tell(Level.WARNING, "the audit log could not be chained: " + e.getMessage());
            }
        }
    }

    private int extend(List<Noted> expected) throws SQLException {
        try {
            return chain.extend();
        } finally {
            witness.look(expected);
            if (witness.waits()) {
                written.release();
            }
        }
    }

    /** Once, however often it happens. */
    private void tell(Level level, String message) {
        if (!message.equals(told)) {
            told = message;
            LOG.log(level, message);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
