package dev.galley.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Turns a request into a WebSocket: for any service, on any route. Whether the caller may is the service's question. */
public final class WebSockets {
    private WebSockets() {}

    /** Whether the request asks for it at all. */
    public static boolean isUpgrade(RoutingContext context) {
        return "websocket".equalsIgnoreCase(context.request().getHeader(HttpHeaders.UPGRADE));
    }

    /**
     * Opens the socket, or answers why not: no upgrade asked for (426), a web page of an origin that may not call the API (403), a
     * handshake that is none (400, by Vert.x). Browsers send no preflight for a WebSocket, so the origin is looked at here.
     *
     * @param listener makes what hears the socket; asked once, on its event loop, when it is open
     */
    public static Future<EdgeSocket> open(
            RoutingContext context, EdgeSocket.Limits limits, Function<EdgeSocket, SocketListener> listener) {
        Exchange exchange = Requests.exchange(context);
        boolean upgradable = context.request().version() == HttpVersion.HTTP_1_1;
        if (!isUpgrade(context) || !upgradable) {
            if (upgradable) {
                // HTTP/2 forbids the header.
                context.response().putHeader(HttpHeaders.UPGRADE, "websocket");
            }
            return refused(context, EdgeError.UPGRADE_REQUIRED);
        }
        if (!exchange.originAllowed()) {
            return refused(context, EdgeError.ORIGIN_REFUSED);
        }
        return exchange.request.toWebSocket().map(socket -> install(exchange, socket, limits, listener));
    }

    private static Future<EdgeSocket> refused(RoutingContext context, EdgeError error) {
        error.answer(context.response());
        return Future.failedFuture(error.code());
    }

    private static EdgeSocket install(
            Exchange exchange,
            ServerWebSocket socket,
            EdgeSocket.Limits limits,
            Function<EdgeSocket, SocketListener> listener) {
        ChannelHandlerContext last = ((WebSocketInternal) socket).channelHandlerContext();
        AccessLog.Subject subject = AccessLog.Subject.of(exchange);
        AccessLog log = exchange.log();
        long opened = System.nanoTime();
        EdgeSocket made = new EdgeSocket(
                limits,
                exchange.client,
                (code, bytes) -> log.socketEnded(
                        subject, code, bytes, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - opened)));
        last.pipeline().addBefore(last.name(), "utf8", new Utf8FrameValidator(false));
        last.pipeline().addBefore(last.name(), "socket", made);
        exchange.upgraded(last.pipeline());
        made.listen(listener.apply(made));
        return made;
    }
}
