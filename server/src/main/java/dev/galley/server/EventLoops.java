package dev.galley.server;

import dev.galley.http.HttpSettings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** The Vert.x that the edge and the data path share: their requests and answers stay on one event loop. */
final class EventLoops {
    private static final System.Logger LOG = System.getLogger(EventLoops.class.getName());

    /** We run nothing on Vert.x's own worker threads but name lookups and the like. */
    private static final int WORKERS = 2;

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
