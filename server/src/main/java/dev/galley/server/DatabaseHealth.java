package dev.galley.server;

import dev.galley.http.Service;
import dev.galley.postgres.Postgres;
import dev.galley.schema.LiveSchemaCache;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows on {@code /health/ready} whether the database can be used. Asking it may block, so that is done now and then beside, and the
 * probe reads the last answer.
 */
final class DatabaseHealth implements Service {
    private static final long EVERY_MILLIS = 1_000;

    private final Postgres postgres;
    private final LiveSchemaCache schemas;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("database-health").factory());
    private volatile Health health = new Up();

    DatabaseHealth(Postgres postgres, LiveSchemaCache schemas) {
        this.postgres = postgres;
        this.schemas = schemas;
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
        var _ = clock.scheduleWithFixedDelay(this::ask, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
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
        clock.shutdownNow();
        return Future.succeededFuture();
    }

    @Override
    public Health health() {
        return health;
    }
}
