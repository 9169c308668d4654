package dev.galley.bench;

import java.util.Arrays;

/** Counts the messages that arrive, and keeps how long a part of them took. Written by the clients' thread, read by another. */
final class Deliveries {
    private static final int EVERY = 8;
    private static final int MOST = 1 << 20;

    private final long[] nanos = new long[MOST];
    private int kept;
    private long count;
    private boolean counting;

    synchronized void begin() {
        kept = 0;
        count = 0;
        counting = true;
    }

    /** @param took from its sending on */
    synchronized void arrived(long took) {
        if (counting && ++count % EVERY == 0 && kept < MOST) {
            nanos[kept++] = took;
        }
    }

    /** Nanoseconds of a part of the messages; the senders stop. */
    synchronized long[] end() {
        counting = false;
        return Arrays.copyOf(nanos, kept);
    }

    synchronized boolean counting() {
        return counting;
    }

    synchronized long count() {
        return count;
    }
}
