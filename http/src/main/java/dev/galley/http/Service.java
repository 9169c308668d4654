package dev.galley.http;

import io.vertx.core.Future;
import io.vertx.ext.web.Router;

/**
 * One capability of the program, alone or beside others on the same server.
 * Life cycle: {@link #start} once, then requests through {@link #routes}, then {@link #drain} and {@link #stop} once, the latter when no request is in flight.
 */
public interface Service {

    /** The name for {@code --services}: {@code rest}, {@code auth}. */
    String name();

    /** Adds its routes, under full paths ({@code /rest/v1/...}). Called once per event loop: handlers keep no state of their own. */
    void routes(Router router);

    default Future<Void> start() {
        return Future.succeededFuture();
    }

    /**
     * The server begins to stop: what stays open by design (sockets, streams) is to be ended now. Waited for, with the requests in
     * flight, for {@code http.drain-timeout} at most.
     */
    default Future<Void> drain() {
        return Future.succeededFuture();
    }

    default Future<Void> stop() {
        return Future.succeededFuture();
    }

    /** Registers what it wants to show on {@code /metrics}. Called once, before {@link #start}. */
    default void metrics(Meters meters) {}

    /** Cheap: called by every readiness probe. */
    Health health();

    sealed interface Health {}

    record Up() implements Health {}

    /** @param reason for the operator; shown on {@code /health/ready} */
    record Down(String reason) implements Health {}
}
