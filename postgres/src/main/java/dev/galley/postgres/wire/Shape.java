package dev.galley.postgres.wire;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one event loop has learned about a statement: how long it takes, and how often it runs at this moment. */
final class Shape {
    private static final int SAMPLES_BEFORE_EXPRESS = 2;
    private static final long BARRED_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long SLOW_NANOS = Duration.ofMillis(200).toNanos();

    private long usualNanos;
    private int samples;
    private boolean barred;
    private long barredUntil;
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
    }

    /** It has held up others: no more express for a while. */
    void bar(long now) {
        barred = true;
        barredUntil = now + BARRED_NANOS;
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
