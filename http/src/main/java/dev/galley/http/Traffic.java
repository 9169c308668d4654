package dev.galley.http;

import dev.galley.identity.Authenticator;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests in flight on one event loop, oldest first; confined to that loop. Logs and measures each when it ends, and
 * ends those that take too long.
 */
final class Traffic {
    private final Authenticator authenticator;
    private final AccessLog log;
    private final EdgeMetrics metrics;
    private final Predicate<@Nullable String> origins;
    private final long timeoutNanos;

    private @Nullable Exchange oldest;
    private @Nullable Exchange newest;

    Traffic(
            Authenticator authenticator,
            AccessLog log,
            EdgeMetrics metrics,
            Predicate<@Nullable String> origins,
            HttpSettings.Timeouts timeouts) {
        this.authenticator = authenticator;
        this.origins = origins;
        this.log = log;
        this.metrics = metrics;
        this.timeoutNanos = timeouts.request().toNanos();
    }

    Authenticator authenticator() {
        return authenticator;
    }

    AccessLog log() {
        return log;
    }

    boolean originAllowed(@Nullable String origin) {
        return origins.test(origin);
    }

    void began(Exchange exchange) {
        exchange.older = newest;
        if (newest == null) {
            oldest = exchange;
        } else {
            newest.newer = exchange;
        }
        newest = exchange;
    }

    void ended(Exchange exchange, boolean complete) {
        unlink(exchange);
        long nanos = System.nanoTime() - exchange.startedNanos;
        metrics.ended(exchange, complete, nanos);
        log.ended(exchange, complete, TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    /** Called a few times a second. Looks at no more than those that are due and the long-lived ones before them. */
    void sweep() {
        if (timeoutNanos == 0) {
            return;
        }
        long now = System.nanoTime();
        Exchange next = oldest;
        while (next != null && now - next.startedNanos > timeoutNanos) {
            Exchange due = next;
            next = next.newer;
            if (!due.longLived) {
                EdgeError.TOO_SLOW.answer(due.request.response());
            }
        }
    }

    private void unlink(Exchange exchange) {
        if (exchange.older == null) {
            oldest = exchange.newer;
        } else {
            exchange.older.newer = exchange.newer;
        }
        if (exchange.newer == null) {
            newest = exchange.older;
        } else {
            exchange.newer.older = exchange.older;
        }
    }
}
