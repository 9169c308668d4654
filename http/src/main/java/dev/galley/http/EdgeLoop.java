package dev.galley.http;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The edge on one event loop: a server instance, a router and the requests in flight. Confined to the loop; what all loops
 * share is in {@link Edge}. {@link #router()} is the table of contents: every request passes its lines from top to bottom.
 */
final class EdgeLoop extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(EdgeLoop.class.getName());
    private static final long SWEEP_MILLIS = 250;
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("X-Forwarded-For");
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");

    private final Edge edge;
    private final int port;
    private final Traffic traffic;
    private @Nullable HttpServer server;
    private @Nullable Router router;

    /** Set for the short time between the server's handler and the router's first one, which run in one call. */
    private @Nullable Exchange arriving;

    EdgeLoop(Edge edge, int port) {
        this.edge = edge;
        this.port = port;
        this.traffic = new Traffic(
                edge.authenticator(),
                edge.log(),
                edge.metrics(),
                edge.cors()::allows,
                edge.settings().timeouts());
    }

    @Override
    public Future<?> start() {
        router = router();
        vertx.setPeriodic(SWEEP_MILLIS, _ -> traffic.sweep());
        HttpServerOptions options = edge.options();
        server = vertx.createHttpServer(options)
                .requestHandler(this::arrive)
                .invalidRequestHandler(this::invalid)
                .exceptionHandler(failure -> LOG.log(Level.DEBUG, "a connection failed", failure));
        return server.listen(port, options.getHost());
    }

    int actualPort() {
        return Objects.requireNonNull(server, "not started").actualPort();
    }

    /** New connections get this certificate; servers of one port share what is set for one. */
    Future<Boolean> certificate(ServerCertificate pair) {
        ServerSSLOptions options = edge.options().getSslOptions().copy();
        options.setKeyCertOptions(pair.options());
        return Objects.requireNonNull(server, "not started").updateSSLOptions(options);
    }

    /** Takes no new connection, lets the requests in flight finish in time, then closes. */
    Future<Void> drain() {
        long millis = edge.settings().timeouts().drain().toMillis();
        return Objects.requireNonNull(server, "not started").shutdown(millis, TimeUnit.MILLISECONDS);
    }

    private Router router() {
        Router routes = Router.router(vertx);
        routes.route().handler(this::admit);
        routes.route().handler(edge.cors());
        routes.get("/health/live").handler(edge.health()::live);
        routes.get("/health/ready").handler(edge.health()::ready);
        routes.get("/metrics").handler(edge::metrics);
        routes.get("/").handler(edge::index);
        edge.services().forEach(service -> mount(service, routes));
        // Not a route for OPTIONS alone: a path that only such a route knows is answered with 405 and not with 404.
        routes.route().last().handler(context -> {
            if (context.request().method().equals(HttpMethod.OPTIONS)) {
                Cors.ok(context);
            } else {
                context.next();
            }
        });
        List.of(400, 403, 404, 405, 406, 413, 414, 415, 431, 500, 501, 503, 504)
                .forEach(status -> routes.errorHandler(status, context -> failed(context, status)));
        return routes;
    }

    /** The routes of a service carry its name, for the metrics. */
    private void mount(Service service, Router routes) {
        List<Route> before = new ArrayList<>(routes.getRoutes());
        service.routes(routes);
        for (Route route : routes.getRoutes()) {
            if (!before.contains(route)) {
                edge.metrics().mounted(service.name(), route);
            }
        }
    }

    private void arrive(HttpServerRequest request) {
        ConnectionGuard guard = ConnectionGuard.of(request.connection());
        if (guard != null && guard.isClosing()) {
            var _ = request.connection().close();
            return;
        }
        Exchange exchange = exchange(request, guard);
        boolean http2 = request.version() == HttpVersion.HTTP_2;
        boolean body = hasBody(request, http2);
        if (guard != null) {
            guard.requestBegan(exchange, http2, body);
        }
        EdgeError fault = Framing.fault(request);
        if (fault != null) {
            exchange.refuse(fault);
            return;
        }
        arriving = exchange;
        Objects.requireNonNull(router, "not started").handle(body ? new BoundedRequest(request, exchange) : request);
    }

    /** The decoder could not read it: the connection is closed after the answer, for it is in no known state. */
    private void invalid(HttpServerRequest request) {
        ConnectionGuard guard = ConnectionGuard.of(request.connection());
        if (guard != null && guard.isClosing()) {
            var _ = request.connection().close();
            return;
        }
        Exchange exchange = exchange(request, guard);
        if (guard != null) {
            guard.requestBegan(exchange, false, false);
        }
        Throwable cause = ((HttpServerRequestInternal) request).decoderResult().cause();
        exchange.refuse(
                switch (cause) {
                    case TooLongHttpLineException line -> EdgeError.TARGET_TOO_LONG;
                    case TooLongHttpHeaderException headers -> EdgeError.HEADERS_TOO_LARGE;
                    case TooLongFrameException frame -> EdgeError.HEADERS_TOO_LARGE;
                    case null, default -> EdgeError.MALFORMED;
                });
    }

    private Exchange exchange(HttpServerRequest request, @Nullable ConnectionGuard guard) {
        String peer = guard == null ? request.remoteAddress().hostAddress() : guard.peer();
        Exchange exchange = new Exchange(
                request,
                RequestIds.of(request.getHeader(REQUEST_ID)),
                System.nanoTime(),
                edge.addresses().of(peer, request.getHeader(FORWARDED_FOR)),
                edge.settings().limits().body(),
                traffic,
                guard);
        traffic.began(exchange);
        request.response().putHeader(REQUEST_ID, exchange.id).putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF);
        return exchange;
    }

    private void admit(RoutingContext context) {
        Exchange exchange = Objects.requireNonNull(arriving, "a request that did not pass arrive()");
        arriving = null;
        exchange.context = context;
        context.put(Exchange.KEY, exchange);
        context.addEndHandler(exchange);
        edge.compression().prepare(context);
        context.next();
    }

    private void failed(RoutingContext context, int status) {
        Throwable failure = context.failure();
        Exchange exchange = Requests.exchange(context);
        if (failure != null && status >= 500) {
            LOG.log(Level.ERROR, "request " + exchange.id + " failed", failure);
        }
        EdgeError.ofStatus(status).answer(context.response());
    }

    private static boolean hasBody(HttpServerRequest request, boolean http2) {
        if (http2) {
            return !request.isEnded()
                    && !request.method().equals(HttpMethod.GET)
                    && !request.method().equals(HttpMethod.HEAD);
        }
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        return length != null ? !length.equals("0") : request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }
}
