package dev.galley.realtime;

import dev.galley.postgres.PlatformDatabase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes on the same database. They find each other by a table in it, and each tells every other one what its clients send
 * and who of them is present, over a link of its own. So a cluster needs nothing besides the database. Links are neither many (one
 * pair for two nodes) nor do they pass on what others have told, so nothing can go in circles.
 */
final class Nodes {
    private static final System.Logger LOG = System.getLogger(Nodes.class.getName());
    private static final int SILENT_BEATS = 3;
    private static final int CONNECT_MILLIS = 3_000;
    /** Besides the payload: names, metadata. */
    private static final int ENVELOPE = 1 << 20;

    private final UUID self = UUID.randomUUID();
    private final RealtimeSettings settings;
    private final Vertx vertx;
    private final Hub hub;
    private final PresenceDesk presence;
    private final SecureRandom random;
    private final NodeTable table;
    private final Map<UUID, NodeLink> links = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("realtime-nodes").factory());
    private volatile boolean cut;
    private @Nullable Context context;
    private @Nullable NetClient client;
    private @Nullable LinkListener listener;
    private @Nullable LinkProof proof;
    private NodeTable.@Nullable Address here;

    Nodes(
            RealtimeSettings settings,
            Vertx vertx,
            Hub hub,
            PresenceDesk presence,
            PlatformDatabase database,
            SecureRandom random) {
        this.settings = settings;
        this.vertx = vertx;
        this.hub = hub;
        this.presence = presence;
        this.random = random;
        Duration heartbeat = settings.nodes().heartbeat();
        this.table = new NodeTable(database, heartbeat.multipliedBy(SILENT_BEATS));
    }

    /** In the background: a node serves its own clients before it knows of others. */
    void start() {
        timer.execute(this::open);
    }

    private void open() {
        try {
            LinkProof opened = new LinkProof(table.key(), random);
            proof = opened;
            Context loop = vertx.getOrCreateContext();
            context = loop;
            RealtimeSettings.Nodes nodes = settings.nodes();
            NetClient made = vertx.createNetClient(new NetClientOptions()
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setConnectTimeout(CONNECT_MILLIS));
            client = made;
            Promise<Integer> listening = Promise.promise();
            loop.runOnContext(_ -> {
                LinkListener all = new LinkListener(
                        vertx,
                        self,
                        opened,
                        hub,
                        presence,
                        settings.limits().payload() + ENVELOPE,
                        2 * nodes.heartbeat().toMillis());
                listener = all;
                all.listen(nodes.host(), nodes.port()).onComplete(listening);
            });
            here = new NodeTable.Address(
                    nodes.host(),
                    listening.future().toCompletionStage().toCompletableFuture().get());
            long millis = nodes.heartbeat().toMillis();
            var _ = timer.scheduleWithFixedDelay(this::beat, 0, millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            LOG.log(Level.WARNING, "this node cannot join others: {0}", failure.getMessage());
        }
    }

    private void beat() {
        try {
            NodeTable.Address address = here;
            if (address != null) {
                follow(table.beat(self, address));
            }
        } catch (SQLException failure) {
            // The links stay: that the database is away says nothing of the other nodes.
            LOG.log(Level.DEBUG, "the other nodes could not be looked for", failure);
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "looking for other nodes failed", failure);
        }
    }

    /** @param off as if no other node could be reached; a fault point for tests */
    void cut(boolean off) {
        cut = off;
        run(() -> links.values().forEach(link -> link.cut(off)));
    }

    private void follow(Map<UUID, NodeTable.Address> others) {
        Map<UUID, NodeLink> gone = new HashMap<>(links);
        gone.keySet().removeAll(others.keySet());
        gone.forEach((node, link) -> {
            links.remove(node);
            run(() -> link.stop(false));
        });
        others.forEach((node, address) -> {
            if (!links.containsKey(node)) {
                run(() -> {
                    NodeLink link = new NodeLink(
                            vertx,
                            Objects.requireNonNull(client),
                            self,
                            node,
                            address,
                            Objects.requireNonNull(proof),
                            presence,
                            settings.nodes().queue());
                    if (links.putIfAbsent(node, link) == null) {
                        link.cut(cut);
                        link.dial();
                    }
                });
            } else {
                links.get(node).send(new LinkMessage.Beat());
            }
        });
    }

    private void run(Runnable action) {
        Objects.requireNonNull(context).runOnContext(_ -> action.run());
    }

    /** Tells all others. From any thread; must not block. */
    void send(Outgoing message) {
        if (!links.isEmpty()) {
            LinkMessage sent = new LinkMessage.Sent(message);
            links.values().forEach(link -> link.send(sent));
        }
    }

    /** Tells all others. */
    void send(PresenceChange change) {
        if (!links.isEmpty()) {
            LinkMessage sent = new LinkMessage.Presence(change);
            links.values().forEach(link -> link.send(sent));
        }
    }

    /** Links that are open. */
    int linked() {
        return (int) links.values().stream().filter(NodeLink::isOpen).count();
    }

    /** Says goodbye to the others. */
    Future<Void> stop() {
        Promise<Void> stopped = Promise.promise();
        timer.execute(() -> {
            try {
                if (here != null) {
                    table.leave(self);
                }
            } catch (SQLException failure) {
                LOG.log(Level.DEBUG, "this node stays in the table until it counts as gone", failure);
            }
            if (context == null) {
                stopped.complete();
            } else {
                run(() -> {
                    links.values().forEach(link -> link.stop(true));
                    links.clear();
                    (listener == null ? Future.<Void>succeededFuture() : listener.close()).onComplete(stopped);
                });
            }
            timer.shutdown();
        });
        return stopped.future();
    }
}
