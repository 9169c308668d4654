package dev.galley.http;

import dev.galley.http.Service.Down;
import dev.galley.http.Service.Up;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Alive: the event loops turn. Ready: every service is up and no shutdown has begun. */
final class Health {
    private final List<Service> services;
    private volatile boolean stopping;

    Health(List<Service> services) {
        this.services = services;
    }

    void stopping() {
        stopping = true;
    }

    void live(RoutingContext context) {
        answer(context, 200, new JsonObject().put("status", "live"));
    }

    void ready(RoutingContext context) {
        JsonArray reasons = new JsonArray();
        if (stopping) {
            reasons.add(new JsonObject().put("service", "edge").put("reason", "the server is shutting down"));
        }
        for (Service service : services) {
            switch (service.health()) {
                case Up() -> {}
                case Down(String reason) ->
                    reasons.add(new JsonObject().put("service", service.name()).put("reason", reason));
            }
        }
        if (reasons.isEmpty()) {
            answer(context, 200, new JsonObject().put("status", "ready"));
            return;
        }
        context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        answer(context, 503, new JsonObject().put("status", "not ready").put("reasons", reasons));
    }

    private static void answer(RoutingContext context, int status, JsonObject body) {
        var _ = context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body.toBuffer());
    }
}
