package dev.galley.http;

import dev.galley.identity.Authenticator;
import dev.galley.identity.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.List;

/** What all event loops of the edge share. Everything in it is immutable or safe for use by many threads. */
record Edge(
        HttpSettings settings,
        HttpServerOptions options,
        Authenticator authenticator,
        List<Service> services,
        Cors cors,
        ContentCompression compression,
        ClientAddress addresses,
        Health health,
        EdgeMetrics metrics,
        AccessLog log,
        Buffer indexPage) {
    private static final String SERVICE_ROLE = "service_role";

    static Buffer indexPage(String version, List<Service> services) {
        JsonArray names = new JsonArray();
        services.forEach(service -> names.add(service.name()));
        return new JsonObject()
                .put("name", "galley")
                .put("version", version)
                .put("services", names)
                .put(
                        "links",
                        new JsonObject()
                                .put("live", "/health/live")
                                .put("ready", "/health/ready")
                                .put("metrics", "/metrics"))
                .toBuffer();
    }

    void index(RoutingContext context) {
        var _ = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
                .end(indexPage.copy());
    }

    void metrics(RoutingContext context) {
        if (!mayReadMetrics(context)) {
            EdgeError.METRICS_FORBIDDEN.answer(context.response());
            return;
        }
        var _ = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                .end(metrics.scrape());
    }

    private boolean mayReadMetrics(RoutingContext context) {
        boolean open = switch (settings.metricsAccess()) {
            case EVERYONE -> true;
            // A proxy on this machine that is not configured as one would make everybody a local caller.
            case LOOPBACK ->
                !context.request().headers().contains("X-Forwarded-For")
                        && !context.request().headers().contains("Forwarded")
                        && InetAddress.ofLiteral(Requests.clientAddress(context))
                                .isLoopbackAddress();
            case SERVICE_KEY -> false;
        };
        return open
                || (Requests.identified(context) instanceof Caller caller
                        && caller.role().equals(SERVICE_ROLE));
    }
}
