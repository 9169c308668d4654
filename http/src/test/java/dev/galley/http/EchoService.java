package dev.galley.http;

import dev.galley.identity.Caller;
import dev.galley.identity.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A service with one route for everything that an edge test needs from a service. */
final class EchoService implements Service {
    static final int FLOOD_MEGABYTES = 256;

    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger gone = new AtomicInteger();
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger stops = new AtomicInteger();
    final AtomicInteger bodyFailures = new AtomicInteger();
    final Set<EdgeSocket> sockets = ConcurrentHashMap.newKeySet();
    volatile Health health = new Up();
    volatile Promise<Void> gate = Promise.promise();

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public void routes(Router router) {
        router.route("/echo/hello").handler(context -> answer(context, "hello"));
        router.get("/echo/tilde").handler(context -> answer(context, "hello~"));
        router.post("/echo/body")
                .handler(context -> context.request()
                        .body()
                        .onSuccess(body -> answer(context, String.valueOf(body.length())))
                        .onFailure(failure -> bodyFailures.incrementAndGet()));
        router.post("/echo/small").handler(context -> {
            Requests.bodyLimit(context, 10);
            context.request()
                    .body()
                    .onSuccess(body -> answer(context, body.toString()))
                    .onFailure(failure -> bodyFailures.incrementAndGet());
        });
        router.get("/echo/who").handler(context -> answer(context, who(context)));
        router.get("/echo/socket").handler(context -> {
            Requests.identifiedByQuery(context);
            answer(context, who(context));
        });
        router.get("/echo/client").handler(context -> answer(context, Requests.clientAddress(context)));
        router.get("/echo/ws").handler(context -> {
            var _ = WebSockets.open(context, new EdgeSocket.Limits(1000, 100_000, 50), EchoSocket::new)
                    .onSuccess(socket -> requests.incrementAndGet());
        });
        router.get("/echo/big").handler(context -> {
            context.response().putHeader("content-type", context.request().getParam("type", "application/json"));
            answer(context, "[\"" + "abcdefghij".repeat(2000) + "\"]");
        });
        router.get("/echo/fail").handler(context -> {
            throw new IllegalStateException("the secret of the service");
        });
        router.get("/echo/refuse").handler(context -> context.fail(405));
        router.get("/echo/wait").handler(context -> {
            requests.incrementAndGet();
            ClientGone.onClosed(context, gone::incrementAndGet);
            gate.future()
                    .onSuccess(open -> context.vertx().runOnContext(v -> {
                        if (!context.response().closed() && !context.response().ended()) {
                            context.response().end("waited");
                        }
                    }));
        });
        router.get("/echo/flood").handler(context -> {
            requests.incrementAndGet();
            ClientGone.onClosed(context, gone::incrementAndGet);
            // More than any kernel takes for a client that reads nothing.
            Buffer megabyte = Buffer.buffer(new byte[1 << 20]);
            context.response().setChunked(true);
            for (int i = 0; i < FLOOD_MEGABYTES; i++) {
                var _ = context.response().write(megabyte);
            }
            context.response().end();
        });
    }

    private void answer(RoutingContext context, String text) {
        requests.incrementAndGet();
        context.response().end(text);
    }

    private static String who(RoutingContext context) {
        return switch (Requests.identified(context)) {
            case Caller caller -> caller.role();
            case Refusal refusal -> refusal.getClass().getSimpleName();
        };
    }

    /** Says what it hears; floods when asked to. */
    private final class EchoSocket implements SocketListener {
        private final EdgeSocket socket;

        EchoSocket(EdgeSocket socket) {
            this.socket = socket;
            sockets.add(socket);
        }

        @Override
        public void text(ByteBuf utf8) {
            String said = utf8.toString(StandardCharsets.UTF_8);
            if (said.equals("fail")) {
                throw new IllegalStateException("the secret of the service");
            }
            if (said.startsWith("flood ")) {
                flood(said.length());
                return;
            }
            say(SocketFrame.text(ByteBufUtil.getBytes(utf8)));
        }

        private void flood(int length) {
            SocketFrame frame = SocketFrame.binary(new byte[1000 + length]);
            while (socket.send(frame)) {
                socket.flush();
            }
            frame.release();
        }

        @Override
        public void binary(ByteBuf bytes) {
            say(SocketFrame.binary(ByteBufUtil.getBytes(bytes)));
        }

        private void say(SocketFrame frame) {
            socket.send(frame);
            socket.flush();
            frame.release();
        }

        @Override
        public void closed() {
            sockets.remove(socket);
        }
    }

    @Override
    public Future<Void> drain() {
        sockets.forEach(socket -> socket.loop().execute(() -> socket.close(1012, "restart")));
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> start() {
        starts.incrementAndGet();
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> stop() {
        stops.incrementAndGet();
        return Future.succeededFuture();
    }

    @Override
    public Health health() {
        return health;
    }
}
