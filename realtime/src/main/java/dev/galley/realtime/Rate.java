package dev.galley.realtime;

import java.util.concurrent.TimeUnit;

/** Counts what happens within a second (or another window) and says when it is too much. For one thread. */
final class Rate {
    private final int limit;
    private final long windowNanos;
    private long since;
    private int count;
    private boolean used;

    Rate(int limit) {
        this(limit, TimeUnit.SECONDS.toNanos(1));
    }

    Rate(int limit, long windowNanos) {
        this.limit = limit;
        this.windowNanos = windowNanos;
    }

    /** Counts some more, unless that is too much. */
    boolean admit(int more, long now) {
        if (!used || now - since >= windowNanos) {
            used = true;
            since = now;
            count = 0;
        }
        if (more > limit - count) {
            return false;
        }
        count += more;
        return true;
    }
}
