package dev.galley.server;

import dev.galley.http.Meters;
import dev.galley.postgres.wire.WireObserver;
import dev.galley.postgres.wire.WireRequestTransaction;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What happens between requests and the database, as numbers for {@code /metrics}. None is by statement, role or caller. */
final class DataPathMetrics implements WireObserver {
    private static final String PREFIX = "galley.database.";

    private final Map<Lane, LongAdder> requests = counters(Lane.class);
    private final Map<Rerun, LongAdder> reruns = counters(Rerun.class);
    private final LongAdder failures = new LongAdder();
    private final LongAdder waitedNanos = new LongAdder();
    private final LongAdder connectionsOpened = new LongAdder();
    private final LongAdder connectionsLost = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();

    private static <K extends Enum<K>> Map<K, LongAdder> counters(Class<K> kinds) {
        Map<K, LongAdder> counters = new EnumMap<>(kinds);
        for (K kind : kinds.getEnumConstants()) {
            counters.put(kind, new LongAdder());
        }
        return counters;
    }

    void register(Meters meters, WireRequestTransaction transactions) {
        meters.gauge(PREFIX + "connections", "Open connections for requests.", transactions::openConnections);
        meters.gauge(PREFIX + "connections.busy", "Those that have work.", transactions::busyConnections);
        meters.gauge(
                PREFIX + "requests.waiting", "Requests that wait for a connection.", transactions::waitingRequests);
        requests.forEach((lane, count) -> meters.counter(
                PREFIX + "requests." + name(lane),
                "Requests handed to a connection, shared or of their own.",
                count::sum));
        reruns.forEach((why, count) -> meters.counter(
                PREFIX + "reruns." + name(why), "Requests run a second time, by the reason.", count::sum));
        meters.counter(PREFIX + "requests.failed", "Requests without a result, refusals included.", failures::sum);
        meters.counter(
                PREFIX + "requests.wait.millis",
                "Time that requests have waited for a connection, all together.",
                () -> TimeUnit.NANOSECONDS.toMillis(waitedNanos.sum()));
        meters.counter(PREFIX + "connections.opened", "Connections opened for requests.", connectionsOpened::sum);
        meters.counter(
                PREFIX + "connections.lost", "Connections that ended, for whatever reason.", connectionsLost::sum);
        meters.counter(PREFIX + "connect.failures", "Connections that could not be opened.", connectFailures::sum);
    }

    private static String name(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private static void add(Map<?, LongAdder> counters, Enum<?> kind) {
        LongAdder counter = counters.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void connectionOpened(Lane lane) {
        connectionsOpened.increment();
    }

    @Override
    public void connectionLost(Lane lane, String reason) {
        connectionsLost.increment();
    }

    @Override
    public void connectFailed(String reason) {
        connectFailures.increment();
    }

    @Override
    public void started(Lane lane, long nanos) {
        add(requests, lane);
        waitedNanos.add(nanos);
    }

    @Override
    public void rerun(Rerun why) {
        add(reruns, why);
    }

    @Override
    public void ended(long nanos, boolean success) {
        if (!success) {
            failures.increment();
        }
    }
}
