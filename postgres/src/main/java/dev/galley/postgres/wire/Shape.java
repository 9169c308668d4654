package dev.galley.postgres.wire;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one event loop has learned about a statement: how long it takes, and how often it runs at this moment. */
final class Shape {
    private static final int SAMPLES_BEFORE_EXPRESS = 2;
    private static final long SHORTEST_BAR_NANOS = Duration.ofMillis(500).toNanos();
    private static final long LONGEST_BAR_NANOS = Duration.ofSeconds(60).toNanos();
    /** So many executions without a timeout take one strike back. */
    private static final int FORGIVENESS = 256;

    private static final long SLOW_NANOS = Duration.ofMillis(200).toNanos();

    private long usualNanos;
    private int samples;
    private boolean barred;
    private long barredUntil;
    private int strikes;
    private int sinceStrike;
    private int running;

    /** The bounded memory of the statements seen lately. */
    static final class Book {
        private static final int CAPACITY = 2048;

        /** Statements of more characters are not remembered, so that nobody can fill the memory with them. */
        private static final int LONGEST = 8192;

        private final Map<String, Shape> shapes = new LinkedHashMap<>(256, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Shape> eldest) {
                return size() > CAPACITY;
            }
        };

        Shape of(String sql) {
            if (sql.length() > LONGEST) {
                return new Shape();
            }
            Shape shape = shapes.get(sql);
            if (shape == null) {
                shape = new Shape();
                shapes.put(sql, shape);
            }
            return shape;
        }
    }

    /** A moving average in which an execution counts a quarter. */
    void took(long nanos) {
        usualNanos = samples == 0 ? nanos : usualNanos + (nanos - usualNanos) / 4;
        if (samples < Integer.MAX_VALUE) {
            samples++;
        }
        if (strikes > 0 && ++sinceStrike >= FORGIVENESS) {
            strikes--;
            sinceStrike = 0;
        }
    }

    /**
     * It has held up others: no more express for a while, twice as long at every further strike. The first is short, because on
     * a machine that is out of processor time any statement may once be late, and all in the regular lane cost it more.
     */
    void bar(long now) {
        barred = true;
        barredUntil = now + Math.min(LONGEST_BAR_NANOS, SHORTEST_BAR_NANOS << Math.min(strikes, 7));
        strikes++;
        sinceStrike = 0;
    }

    boolean isQuick(long limitNanos, long now) {
        if (barred && now - barredUntil >= 0) {
            barred = false;
        }
        return !barred && samples >= SAMPLES_BEFORE_EXPRESS && usualNanos <= limitNanos;
    }

    boolean isKnown() {
        return samples > 0;
    }

    boolean isSlow() {
        return samples > 0 && isSlow(usualNanos);
    }

    static boolean isSlow(long nanos) {
        return nanos > SLOW_NANOS;
    }

    int running() {
        return running;
    }

    void started() {
        running++;
    }

    void stopped() {
        running--;
    }
}
