package dev.galley.postgres.wire;

import dev.galley.postgres.wire.WireObserver.Rerun;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was run again so far, and whether it may be once more: once each when the express lane's timeout stopped it, when the
 * server no longer had one of its prepared statements (the transaction was rolled back), and when a read lost its connection; a few
 * times when it met another transaction and PostgreSQL chose it to give way (a deadlock, a serialization failure).
 *
 * <p>Confined to the pool's event loop.
 */
final class Reruns {
    /** The longest pause before a transaction that met another is run again is twice this, then four times ... */
    private static final long PAUSE_MILLIS = 5;

    private boolean express;
    private boolean stale;
    private boolean lost;
    private int conflicts;

    /** Whether the server's own statements must not be trusted: one of them was stale, and other connections have more such. */
    boolean mustPrepareAnew() {
        return stale;
    }

    /**
     * Why the request may be run again after an error; null when it may not.
     *
     * @param shortTimeout whether the express lane's timeout was set
     * @param mostConflicts how often it may give way; 0 when it is to be run again for that no more
     */
    @Nullable
    Rerun after(ServerError error, boolean shortTimeout, int mostConflicts) {
        if (error.isCancel()) return shortTimeout && !express ? Rerun.EXPRESS_TIMEOUT : null;
        if (error.isStaleStatement()) return stale ? null : Rerun.STALE_STATEMENT;
        return error.isConflict() && conflicts < mostConflicts ? Rerun.CONFLICT : null;
    }

    boolean mayAfterLoss() {
        return !lost;
    }

    void made(Rerun why) {
        switch (why) {
            case EXPRESS_TIMEOUT -> express = true;
            case STALE_STATEMENT -> stale = true;
            case CONNECTION_LOST -> lost = true;
            case CONFLICT -> conflicts++;
        }
    }

    /** Of random length: of two that met once the one that comes later finds the other done. */
    long pauseMillis() {
        return ThreadLocalRandom.current().nextLong(PAUSE_MILLIS << conflicts);
    }
}
