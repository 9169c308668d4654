package dev.galley.realtime;

import dev.galley.http.EdgeSocket;
import dev.galley.http.JsonText;
import dev.galley.http.RequestTexts;
import dev.galley.http.Requests;
import dev.galley.http.WebSockets;
import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import dev.galley.identity.Refusal;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens sockets at {@code /realtime/v1/websocket?apikey=...&vsn=...}. The key is a parameter of the URL because browsers send no
 * headers with a WebSocket; programs may send {@code x-api-key}, {@code apikey} or {@code Authorization}. A refusal is an HTTP
 * answer {@code {"error": "..."}}, a little late, so that clients do not come back at once.
 */
final class Handshake implements Handler<RoutingContext> {
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY = 429;
    private static final int BAD_REQUEST = 400;
    private static final int UNAVAILABLE = 503;
    private static final int CONTROL_FRAMES = 100;

    private final Realtime realtime;
    private final LoopHub loop;
    private final int longestMessage;

    /** @param longestMessage in bytes */
    Handshake(Realtime realtime, LoopHub loop, int longestMessage) {
        this.realtime = realtime;
        this.loop = loop;
        this.longestMessage = longestMessage;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<Protocol> protocol = Protocol.of(request.getParam("vsn"));
        if (protocol.isEmpty()) {
            refuse(context, BAD_REQUEST, "The protocol version is not supported");
            return;
        }
        token(context).ifPresent(token -> admit(context, protocol.get(), token));
    }

    /** Whose key or token opens the connection; empty when it is refused, which the client is told here. */
    Optional<ChannelToken> token(RoutingContext context) {
        if (realtime.draining().get()) {
            refuse(context, UNAVAILABLE, "Realtime is restarting, please standby");
            return Optional.empty();
        }
        String key = key(context.request());
        return switch (identified(context, key)) {
            case Refusal refusal -> {
                refuse(context, UNAUTHORIZED, message(refusal));
                yield Optional.empty();
            }
            case Caller caller ->
                switch (ChannelToken.ofKey(key == null ? "" : key, caller, realtime.clock())) {
                    case ChannelToken.Bad bad -> {
                        refuse(context, UNAUTHORIZED, handshakeMessage(bad));
                        yield Optional.empty();
                    }
                    case ChannelToken.Good(ChannelToken token) -> Optional.of(token);
                };
        };
    }

    private void admit(RoutingContext context, Protocol protocol, ChannelToken token) {
        if (realtime.sockets().incrementAndGet() > realtime.settings().limits().connections()) {
            realtime.sockets().decrementAndGet();
            refuse(context, TOO_MANY, "Too many connected users");
            return;
        }
        realtime.stored().start();
        Requests.longLived(context);
        String headers = RequestTexts.headers(context.request().headers());
        EdgeSocket.Limits limits = new EdgeSocket.Limits(
                longestMessage, realtime.settings().limits().waiting(), CONTROL_FRAMES);
        var _ = WebSockets.open(
                        context, limits, socket -> new Session(realtime, loop, socket, protocol, token, headers))
                .onFailure(_ -> realtime.sockets().decrementAndGet());
    }

    private Identified identified(RoutingContext context, @Nullable String key) {
        if (key == null) {
            return Requests.identified(context);
        }
        boolean isToken = key.indexOf('.') >= 0 && !ChannelToken.isOpaqueKey(key);
        return realtime.authenticator()
                .identify(isToken ? Optional.of("Bearer " + key) : Optional.empty(), Optional.of(key));
    }

    /** The key, before anything else that a client may send. */
    private static @Nullable String key(HttpServerRequest request) {
        String header = request.getHeader("x-api-key");
        if (header == null) {
            header = request.getHeader("apikey");
        }
        return header == null ? request.getParam("apikey") : header;
    }

    private static String message(Refusal refusal) {
        return switch (refusal) {
            case Refusal.KeyMissing() -> "API key is missing";
            case Refusal.Expired() -> "Token has expired";
            case Refusal.BadSignature(), Refusal.NoSuitableKey() -> "Failed to validate JWT signature";
            default -> "The token provided is not a valid JWT";
        };
    }

    private static String handshakeMessage(ChannelToken.Bad bad) {
        return bad.message().startsWith("Token has expired") ? "Token has expired" : bad.message();
    }

    void refuse(RoutingContext context, int status, String message) {
        long delay = realtime.settings().timing().refusal().toMillis();
        Runnable answer = () -> answer(context, status, message);
        if (delay == 0) {
            answer.run();
        } else {
            var _ = loop.loop().schedule(answer, delay, TimeUnit.MILLISECONDS);
        }
    }

    private static void answer(RoutingContext context, int status, String message) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        var _ = context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
                .end("{\"error\":" + JsonText.quoted(message) + "}");
    }
}
