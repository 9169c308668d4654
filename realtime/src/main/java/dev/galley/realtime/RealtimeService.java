package dev.galley.realtime;

import dev.galley.http.Meters;
import dev.galley.http.Service;
import dev.galley.identity.Authenticator;
import dev.galley.live.LiveRows;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.changes.ChangeStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Live messages at {@code /realtime/v1}. */
public final class RealtimeService implements Service {
    static final String PATH = "/realtime/v1";

    private static final String NAME = "realtime";
    private static final long LOOK_MILLIS = 50;
    private static final long GOODBYE_MILLIS = 1_000;

    private final Realtime realtime;
    private final RequestTransaction transactions;
    private final MessagePartitions partitions;
    private final Nodes nodes;
    private final int longestMessage;
    private final LiveRows rows;

    /** @param longestMessage of a WebSocket, in bytes */
    public RealtimeService(
            RealtimeSettings settings,
            Vertx vertx,
            int longestMessage,
            Authenticator authenticator,
            RequestTransaction transactions,
            PlatformDatabase database,
            ChangeStream changes,
            LiveRows rows,
            InstantSource clock,
            SecureRandom random) {
        Hub hub = new Hub();
        this.longestMessage = longestMessage;
        this.rows = rows;
        this.partitions = new MessagePartitions(database, settings.messages().retentionDays());
        this.transactions = transactions;
        this.realtime = new Realtime(
                settings,
                authenticator,
                hub,
                new Broadcasts(hub),
                new StoredMessages(changes, hub, settings.limits().payload()),
                new PresenceDesk(hub, settings.presence().diffInterval(), new PhxRefs(random)),
                (channel, request, _) -> new LiveChanges(rows, channel, request),
                Realtime.Rates.of(settings),
                clock,
                new AtomicInteger(),
                new AtomicBoolean());
        this.nodes = new Nodes(settings, vertx, hub, realtime.presence(), database, random);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void routes(Router router) {
        ContextInternal context =
                Objects.requireNonNull((ContextInternal) Vertx.currentContext(), "routes are added on an event loop");
        RealtimeSettings settings = realtime.settings();
        Authorization authorization =
                new Authorization(transactions, settings.timing().authorization(), context);
        LoopHub loop = realtime.hub()
                .addLoop(
                        context.nettyEventLoop(),
                        authorization,
                        new Replay(authorization, settings.messages().replay()));
        realtime.presence().offer(loop.loop());
        BroadcastApi broadcasts = new BroadcastApi(realtime, authorization);
        Handshake handshake = new Handshake(realtime, loop, longestMessage);
        router.get(PATH + "/websocket").handler(handshake);
        router.get(PATH + "/sse").handler(new ChangeEvents(realtime, handshake, rows));
        router.post(PATH + "/api/broadcast").handler(broadcasts::batch);
        router.post(PATH + "/api/broadcast/:topic/events/:event").handler(broadcasts::single);
        router.get(PATH + "/api/ping").handler(RealtimeService::ping);
    }

    private static void ping(RoutingContext context) {
        var _ = context.response()
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .end("{\"message\":\"Success\"}");
    }

    @Override
    public void metrics(Meters meters) {
        meters.gauge("galley.realtime.sockets", "Open sockets.", realtime.sockets()::get);
        meters.gauge("galley.realtime.nodes", "Other nodes with a link to them.", nodes::linked);
        meters.gauge("galley.realtime.channels", "Channels with a subscriber on this node.", realtime.hub()::channels);
        meters.counter("galley.realtime.delivered", "Messages sent to subscribers.", realtime.hub()::delivered);
    }

    @Override
    public Future<Void> start() {
        partitions.start();
        if (realtime.settings().nodes().enabled()) {
            realtime.broadcasts().linkTo(nodes::send);
            realtime.presence().linkTo(nodes::send);
            nodes.start();
        }
        return Future.succeededFuture();
    }

    /** Other nodes that this one has a link to. */
    int linkedNodes() {
        return nodes.linked();
    }

    int sockets() {
        return realtime.sockets().get();
    }

    int channels() {
        return realtime.hub().channels();
    }

    int presentChannels() {
        return realtime.presence().channels();
    }

    /** For tests: as if the network between this node and the others were cut. */
    void cutLinks() {
        nodes.cut(true);
    }

    /** For tests: the network is back. */
    void mendLinks() {
        nodes.cut(false);
    }

    /** All sockets are closed within the window, each with a hint when to come back. */
    @Override
    public Future<Void> drain() {
        realtime.draining().set(true);
        long window = realtime.settings().timing().drain().toMillis();
        Promise<Void> drained = Promise.promise();
        long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(window + GOODBYE_MILLIS);
        for (LoopHub loop : realtime.hub().loops()) {
            loop.loop().execute(() -> loop.sessions().forEach(session -> session.drain(window)));
        }
        for (LoopHub loop : realtime.hub().loops()) {
            awaitNoSockets(loop, drained, patience);
            return drained.future();
        }
        return Future.succeededFuture();
    }

    private void awaitNoSockets(LoopHub loop, Promise<Void> drained, long patience) {
        if (realtime.sockets().get() == 0 || System.nanoTime() > patience) {
            drained.tryComplete();
        } else {
            var _ = loop.loop()
                    .schedule(() -> awaitNoSockets(loop, drained, patience), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public Future<Void> stop() {
        rows.close();
        partitions.close();
        realtime.stored().close();
        return realtime.settings().nodes().enabled() ? nodes.stop() : Future.succeededFuture();
    }

    @Override
    public Health health() {
        return new Up();
    }
}
