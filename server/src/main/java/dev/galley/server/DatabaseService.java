package dev.galley.server;

import dev.galley.http.Meters;
import dev.galley.http.Service;
import dev.galley.postgres.Postgres;
import dev.galley.schema.LiveSchemaCache;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Shows on {@code /health/ready} whether the database can be used, and on {@code /metrics} how it does. Asking it may block, so
 * that is done now and then beside, and the probe reads the last answer.
 */
final class DatabaseService implements Service {
    private static final long EVERY_MILLIS = 1_000;

    private final Postgres postgres;
    private final LiveSchemaCache schemas;
    private final InstantSource clock;
    private final Consumer<Meters> dataPath;
    private final ScheduledExecutorService asker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("database-health").factory());
    private volatile Health health = new Up();

    /** @param dataPath registers what is known of the requests' connections */
    DatabaseService(Postgres postgres, LiveSchemaCache schemas, InstantSource clock, Consumer<Meters> dataPath) {
        this.postgres = postgres;
        this.schemas = schemas;
        this.clock = clock;
        this.dataPath = dataPath;
    }

    @Override
    public void metrics(Meters meters) {
        dataPath.accept(meters);
        meters.gauge(
                "galley.schema.version",
                "Number of times the schema has been read.",
                () -> schemas.health().version());
        meters.gauge("galley.schema.age.seconds", "Time since the schema was read.", this::schemaAge);
    }

    private double schemaAge() {
        return schemas.health()
                .loadedAt()
                .map(at -> Duration.between(at, clock.instant()).toMillis() / 1000.0)
                .orElse(Double.NaN);
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public void routes(Router router) {
        // It only has a state.
    }

    @Override
    public Future<Void> start() {
        var _ = asker.scheduleWithFixedDelay(this::ask, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return Future.succeededFuture();
    }

    private void ask() {
        health = switch (postgres.health()) {
            case Postgres.Healthy() ->
                schemas.health().usable() ? new Up() : new Down("the schema has not been read yet");
            case Postgres.Unhealthy(String reason) -> new Down(reason);
        };
    }

    @Override
    public Future<Void> stop() {
        asker.shutdownNow();
        return Future.succeededFuture();
    }

    @Override
    public Health health() {
        return health;
    }
}
