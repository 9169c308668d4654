package dev.galley.schema;

import java.time.Duration;

/** How long to wait before trying again: 100 ms, doubling with each failure in a row, up to a limit. Used by one thread. */
final class RetryDelay {
    private static final long FIRST_MILLIS = 100;

    private final long maxMillis;
    private long nextMillis = FIRST_MILLIS;

    RetryDelay(Duration max) {
        this.maxMillis = Math.max(1, max.toMillis());
    }

    Duration next() {
        long delay = Math.min(nextMillis, maxMillis);
        nextMillis = Math.min(maxMillis, nextMillis * 2);
        return Duration.ofMillis(delay);
    }

    void succeeded() {
        nextMillis = FIRST_MILLIS;
    }
}
