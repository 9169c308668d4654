package dev.galley.http;

import dev.galley.identity.Authenticator;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The running edge: one server instance per event loop, all on one port. Starts the services before it listens and stops
 * them, in reverse order, when no request is in flight any more.
 */
public final class EdgeServer {
    private static final System.Logger LOG = System.getLogger(EdgeServer.class.getName());

    /** For Vert.x servers with the same negative port share a free one. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final Edge edge;
    private final Doorkeeper doorkeeper;
    private final List<EdgeLoop> loops = new ArrayList<>();
    private final List<String> deployments = new ArrayList<>();
    private int port;
    private volatile @Nullable CertificateReload certificateReload;
    private @Nullable Future<Void> stopped;

    private EdgeServer(Vertx vertx, Edge edge, Doorkeeper doorkeeper) {
        this.vertx = vertx;
        this.edge = edge;
        this.doorkeeper = doorkeeper;
    }

    /**
     * To be called before anything in the process opens a connection: lets the edge see connections from their first byte
     * (see {@link Doorkeeper}).
     */
    public static void prepare() {
        Doorkeeper.enable();
    }

    /**
     * Starts the services, then listens; fails with a message for the operator when the port is taken.
     *
     * @param version of the program, for the page at {@code /}
     */
    public static Future<EdgeServer> start(
            Vertx vertx, HttpSettings settings, Authenticator authenticator, List<Service> services, String version) {
        return start(vertx, settings, authenticator, services, version, System.out);
    }

    static Future<EdgeServer> start(
            Vertx vertx,
            HttpSettings settings,
            Authenticator authenticator,
            List<Service> services,
            String version,
            OutputStream accessLog) {
        prepare();
        Optional<ServerCertificate> certificate;
        try {
            certificate = certificate(vertx, settings);
        } catch (IOException unusable) {
            return Future.failedFuture(unusable);
        }
        ClientAddress addresses = new ClientAddress(settings.trustedProxies());
        EdgeMetrics metrics = new EdgeMetrics();
        Edge edge = new Edge(
                settings,
                ServerOptions.of(settings, certificate),
                authenticator,
                List.copyOf(services),
                new Cors(settings.corsOrigins()),
                new ContentCompression(settings.compression()),
                addresses,
                new Health(List.copyOf(services)),
                metrics,
                new AccessLog(settings.accessLog(), Clock.systemUTC(), accessLog),
                Edge.indexPage(version, services));
        EdgeServer server = new EdgeServer(vertx, edge, new Doorkeeper(settings, addresses));
        server.register(metrics);
        return server.startServices()
                .compose(_ -> server.listen())
                .onSuccess(_ -> certificate.ifPresent(server::watchCertificate))
                .recover(failure -> server.stop().transform(_ -> Future.failedFuture(failure)))
                .map(server);
    }

    public int port() {
        return port;
    }

    /** {@code http://127.0.0.1:54321} */
    public String url() {
        HttpSettings settings = edge.settings();
        String host = settings.listen().host();
        return (settings.tls().isPresent() ? "https://" : "http://") + (host.indexOf(':') < 0 ? host : "[" + host + "]")
                + ":" + port;
    }

    /**
     * Says on {@code /health/ready} that it stops, takes no new connection, lets requests in flight finish within
     * {@code http.drain-timeout}, closes, and stops the services. Every further call returns the same future.
     */
    public synchronized Future<Void> stop() {
        if (stopped == null) {
            edge.health().stopping();
            CertificateReload reload = certificateReload;
            if (reload != null) {
                reload.close();
            }
            stopped = Future.join(List.of(drainServices(), drain()))
                    .otherwiseEmpty()
                    .compose(_ -> undeploy())
                    .compose(_ -> stopServices())
                    .onComplete(_ -> {
                        doorkeeper.leave(port);
                        edge.log().close();
                        edge.metrics().close();
                    });
        }
        return stopped;
    }

    private static Optional<ServerCertificate> certificate(Vertx vertx, HttpSettings settings) throws IOException {
        if (settings.tls().isEmpty()) {
            return Optional.empty();
        }
        ServerCertificate pair = ServerCertificate.read(settings.tls().get());
        String doubts = ServerCertificate.doubts(pair.check(vertx));
        if (!doubts.isEmpty()) {
            LOG.log(Level.WARNING, "The TLS certificate will be refused by clients: {0}", doubts);
        }
        return Optional.of(pair);
    }

    private void watchCertificate(ServerCertificate inUse) {
        CertificateReload reload =
                new CertificateReload(edge.settings().tls().orElseThrow(), inUse, this::takeCertificate);
        certificateReload = reload;
        reload.start();
    }

    private void takeCertificate(ServerCertificate pair) throws IOException, InterruptedException {
        X509Certificate certificate = pair.check(vertx);
        try {
            var _ = loops.getFirst()
                    .certificate(pair)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException refused) {
            throw new IOException("it cannot be used for TLS", refused);
        }
        LOG.log(
                Level.INFO,
                "New connections get a new TLS certificate, of {0}. {1}",
                certificate.getSubjectX500Principal().getName(),
                ServerCertificate.doubts(certificate));
    }

    private void register(EdgeMetrics metrics) {
        metrics.gauge("galley.http.connections", "Open connections.", doorkeeper::open);
        metrics.counter(
                "galley.http.connections.refused", "Connections closed for being too many.", doorkeeper::turnedAway);
        metrics.counter("galley.http.log.dropped", "Access log lines dropped.", edge.log()::dropped);
        edge.services().forEach(service -> service.metrics(metrics));
    }

    private Future<Void> startServices() {
        Future<Void> started = Future.succeededFuture();
        for (Service service : edge.services()) {
            started = started.compose(_ -> service.start());
        }
        return started;
    }

    private Future<Void> listen() {
        int wanted = edge.settings().listen().eventLoops();
        int count = wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
        int asked = edge.settings().listen().port();
        int shared = asked == 0 ? FREE_PORTS.decrementAndGet() : asked;
        Future<Void> listening = deploy(shared).map(first -> {
            port = first.actualPort();
            doorkeeper.guard(port);
            if (!Doorkeeper.enabled()) {
                LOG.log(
                        Level.WARNING,
                        "slow and excess connections are not guarded against: Netty was used before the edge was prepared");
            }
            return null;
        });
        for (int i = 1; i < count; i++) {
            listening = listening.compose(_ -> deploy(shared)).mapEmpty();
        }
        return listening.recover(failure -> Future.failedFuture(explained(failure)));
    }

    private Future<EdgeLoop> deploy(int onPort) {
        EdgeLoop loop = new EdgeLoop(edge, onPort);
        return vertx.deployVerticle(loop, new DeploymentOptions()).map(id -> {
            loops.add(loop);
            deployments.add(id);
            return loop;
        });
    }

    private Throwable explained(Throwable failure) {
        HttpSettings.Listen listen = edge.settings().listen();
        // Netty's native transport has an exception of its own for what the JDK calls a BindException.
        boolean cannotBind = failure instanceof BindException
                || (failure instanceof IOException
                        && String.valueOf(failure.getMessage()).startsWith("bind("));
        if (cannotBind) {
            return new IOException(
                    "cannot listen on " + listen.host() + ":" + listen.port() + " (" + failure.getMessage()
                            + "): is another program using the port? Choose one with http.port.",
                    failure);
        }
        return failure;
    }

    private Future<Void> drainServices() {
        List<Future<Void>> drained = new ArrayList<>();
        edge.services().forEach(service -> drained.add(service.drain()));
        return Future.join(drained)
                .timeout(edge.settings().timeouts().drain().toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .mapEmpty();
    }

    private Future<Void> drain() {
        List<Future<Void>> drained = new ArrayList<>();
        loops.forEach(loop -> drained.add(loop.drain()));
        return Future.join(drained).otherwiseEmpty().mapEmpty();
    }

    private Future<Void> undeploy() {
        List<Future<Void>> undeployed = new ArrayList<>();
        deployments.forEach(id -> undeployed.add(vertx.undeploy(id)));
        return Future.join(undeployed).otherwiseEmpty().mapEmpty();
    }

    private Future<Void> stopServices() {
        Future<Void> before = Future.succeededFuture();
        for (Service service : edge.services().reversed()) {
            before = before.compose(_ -> service.stop()).otherwise(failure -> {
                LOG.log(Level.WARNING, "service " + service.name() + " did not stop cleanly", failure);
                return null;
            });
        }
        return before;
    }
}
