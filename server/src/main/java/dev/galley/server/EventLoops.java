package dev.galley.server;

import dev.galley.http.HttpSettings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** The Vert.x that the edge and the data path share: their requests and answers stay on one event loop. */
final class EventLoops {
    private static final System.Logger LOG = System.getLogger(EventLoops.class.getName());

    /** What takes an event loop too long and needs the processor: large bodies, hashing at a login to the database. */
    private static final int WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors() - 1);

    private EventLoops() {}

    static int count(HttpSettings.Listen listen) {
        return listen.eventLoops() > 0
                ? listen.eventLoops()
                : Runtime.getRuntime().availableProcessors();
    }

    static Vertx start(HttpSettings.Listen listen) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(count(listen))
                .setWorkerPoolSize(WORKERS)
                .setInternalBlockingPoolSize(WORKERS)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        LOG.log(
                System.Logger.Level.DEBUG,
                "network transport: {0}",
                vertx.isNativeTransportEnabled() ? "native" : "the JDK's");
        return vertx;
    }
}
