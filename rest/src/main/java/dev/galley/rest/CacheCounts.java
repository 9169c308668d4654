package dev.galley.rest;

import dev.galley.http.Meters;
import java.util.concurrent.atomic.LongAdder;

/** How often reads of tables that are opted in were answered from memory, for {@code /metrics}. */
final class CacheCounts {
    private final LongAdder hits = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** Answered from memory. */
    void hit() {
        hits.increment();
    }

    /** An answer was kept, but something has changed since. */
    void stale() {
        stale.increment();
    }

    /** Nothing was kept. */
    void miss() {
        misses.increment();
    }

    void register(Meters meters) {
        meters.counter("galley.rest.cache.hits", "Reads answered from memory.", hits::sum);
        meters.counter("galley.rest.cache.stale", "Reads whose kept answer was no longer true.", stale::sum);
        meters.counter("galley.rest.cache.misses", "Reads that could be kept, of which nothing was.", misses::sum);
    }
}
