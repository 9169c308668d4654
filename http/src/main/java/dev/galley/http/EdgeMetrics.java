package dev.galley.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Counts and times requests by service, method and class of status: never by path, so that the number of series is
 * bounded by the number of services. The timers of a service are made once and then found by two array indexes.
 */
final class EdgeMetrics implements Meters {
    private static final String SERVICE = "galley.service";
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other");
    private static final List<String> CLASSES = List.of("1xx", "2xx", "3xx", "4xx", "5xx", "gone");
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5), Duration.ofMillis(10),
        Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250),
        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Timer[]> timers = new ConcurrentHashMap<>();
    /** The registry holds a counter's source only weakly. */
    private final List<LongSupplier> counters = new CopyOnWriteArrayList<>();

    private final Map<String, String> servicesByPrefix = new ConcurrentHashMap<>();

    EdgeMetrics() {
        gauge(
                "jvm.memory.heap.used.bytes",
                "Heap in use.",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        gauge(
                "jvm.memory.heap.max.bytes",
                "Largest heap allowed.",
                () -> Runtime.getRuntime().maxMemory());
        gauge(
                "jvm.threads",
                "Live platform threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        gauge(
                "process.uptime.seconds",
                "Time since start.",
                () -> ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    }

    void ended(Exchange exchange, boolean complete, long nanos) {
        String service = service(exchange);
        Timer[] ofService = timers.computeIfAbsent(service, _ -> new Timer[METHODS.size() * CLASSES.size()]);
        int method = METHODS.indexOf(exchange.request.method().name());
        if (method < 0) {
            method = METHODS.size() - 1;
        }
        int outcome =
                complete ? Math.clamp(exchange.request.response().getStatusCode() / 100 - 1, 0, 4) : CLASSES.size() - 1;
        int index = method * CLASSES.size() + outcome;
        Timer timer = ofService[index];
        if (timer == null) {
            // Two loops may both make it: the registry gives both the same one.
            timer = timer(service, METHODS.get(method), CLASSES.get(outcome));
            ofService[index] = timer;
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void counter(String name, String description, LongSupplier value) {
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(description)
                .register(registry);
        counters.add(value);
    }

    void close() {
        registry.close();
    }

    private Timer timer(String service, String method, String outcome) {
        return Timer.builder("galley.http.requests")
                .description("Time from the head of a request to the end of its answer.")
                .tags("service", service, "method", method, "status", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** A request that failed, or that no route took, has no route any more: then the path tells. */
    private String service(Exchange exchange) {
        RoutingContext context = exchange.context;
        Route route = context == null ? null : context.currentRoute();
        String name = route == null ? null : route.getMetadata(SERVICE);
        return name == null ? byPath(exchange) : name;
    }

    private String byPath(Exchange exchange) {
        String uri = exchange.request.uri();
        for (Map.Entry<String, String> entry : servicesByPrefix.entrySet()) {
            if (uri.startsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        return "edge";
    }

    void mounted(String service, Route route) {
        route.putMetadata(SERVICE, service);
        String path = route.getPath();
        if (path != null && path.length() > 1) {
            int variable = path.indexOf(':');
            servicesByPrefix.put(variable < 0 ? path : path.substring(0, variable), service);
        }
    }
}
