package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@link RequestTransaction} over our own client of the wire protocol. Each event loop that asks gets its own
 * {@link LoopPool}, made at its first request; connections are opened when they are needed.
 */
public final class WireRequestTransaction implements RequestTransaction {
    private final VertxInternal vertx;
    private final Connector connector;
    private final WireSettings settings;
    private final WireObserver observer;
    private final int share;
    private final Map<EventLoop, LoopPool> pools = new ConcurrentHashMap<>();

    /** Sessions begin with nothing in particular. */
    public WireRequestTransaction(
            Vertx vertx, DatabaseAddress address, WireSettings settings, WireObserver observer, int eventLoops) {
        this(vertx, address, settings, observer, eventLoops, Map.of());
    }

    /**
     * @param eventLoops how many event loops will make requests; they share the connections evenly
     * @param usual settings that most requests ask for: sessions begin with them, and a request that asks for the same value
     *     has nothing to set
     */
    public WireRequestTransaction(
            Vertx vertx,
            DatabaseAddress address,
            WireSettings settings,
            WireObserver observer,
            int eventLoops,
            Map<String, String> usual) {
        this.vertx = (VertxInternal) vertx;
        this.connector = new Connector(vertx, address, settings, usual);
        this.settings = settings;
        this.observer = observer;
        this.share = Math.max(3, settings.connections() / Math.max(1, eventLoops));
    }

    @Override
    public Running run(TransactionRequest request) {
        Context current = Vertx.currentContext();
        if (!(current instanceof ContextInternal context)
                || !context.nettyEventLoop().inEventLoop()) {
            throw new IllegalStateException("must be called on an event loop");
        }
        EventLoop loop = context.nettyEventLoop();
        LoopPool pool = pools.get(loop);
        if (pool == null) {
            pool = pools.computeIfAbsent(loop, this::pool);
        }
        return pool.run(context, request);
    }

    private LoopPool pool(EventLoop loop) {
        ContextInternal own = vertx.contextBuilder().withEventLoop(loop).build();
        return new LoopPool(own, connector, settings, observer, share);
    }

    /** Open connections of all event loops; up to a few milliseconds old. */
    public int openConnections() {
        return pools.values().stream().mapToInt(pool -> pool.counts().open()).sum();
    }

    public int busyConnections() {
        return pools.values().stream().mapToInt(pool -> pool.counts().busy()).sum();
    }

    public int waitingRequests() {
        return pools.values().stream().mapToInt(pool -> pool.counts().waiting()).sum();
    }

    /** Refuses what comes and closes every connection; let the requests in flight end first. */
    public Future<Void> close() {
        List<Future<?>> closing = new ArrayList<>();
        pools.values().forEach(pool -> {
            Promise<Void> done = Promise.promise();
            closing.add(done.future());
            pool.execute(() -> {
                pool.close();
                done.complete();
            });
        });
        return Future.all(closing).andThen((all, failure) -> connector.close()).mapEmpty();
    }
}
