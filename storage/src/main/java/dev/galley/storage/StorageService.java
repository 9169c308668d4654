package dev.galley.storage;

import dev.galley.http.Meters;
import dev.galley.http.Service;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.RequestTransaction;
import dev.galley.schema.SchemaCache;
import dev.galley.storage.backend.EncryptedStore;
import dev.galley.storage.backend.LocalDisk;
import dev.galley.storage.backend.ObjectStore;
import dev.galley.storage.bucket.BucketEndpoints;
import dev.galley.storage.bucket.BucketSeeds;
import dev.galley.storage.edge.Dispatcher;
import dev.galley.storage.object.ChangeEndpoints;
import dev.galley.storage.object.Collector;
import dev.galley.storage.object.DownloadEndpoints;
import dev.galley.storage.object.Downloads;
import dev.galley.storage.object.ListEndpoints;
import dev.galley.storage.object.SignEndpoints;
import dev.galley.storage.object.UploadEndpoints;
import dev.galley.storage.object.Uploads;
import dev.galley.storage.sign.SignedTokens;
import dev.galley.storage.tus.TusEndpoints;
import dev.galley.storage.tus.TusLimits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/** Files at {@code /storage/v1}. */
public final class StorageService implements Service {
    static final String PREFIX = "/storage/v1";

    /** What a clean-up waits for beyond the longest transfer: the transactions around it. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final Dispatcher dispatcher;
    private final ObjectStore store;
    private final Collector collector;
    private final BucketSeeds seeds;
    private final PlatformDatabase database;

    /**
     * What the service stands on.
     *
     * @param folder for the local store where the settings name none
     */
    public record Foundation(
            PlatformDatabase database,
            RequestTransaction transactions,
            SchemaCache models,
            SignedTokens tokens,
            Path folder,
            Clock clock) {}

    public StorageService(StorageSettings settings, Foundation on) throws IOException {
        store = store(settings, on.folder());
        seeds = new BucketSeeds(settings.buckets());
        database = on.database();
        collector = new Collector(on.database(), store, settings.collectInterval());
        Uploads uploads = new Uploads(
                store, collector, on.clock(), settings.transferTimeout().plus(GRACE));
        dispatcher = new Dispatcher(
                PREFIX,
                StorageRoutes.all(
                        new BucketEndpoints(settings.fileSizeLimit()),
                        new UploadEndpoints(
                                uploads, on.tokens(), settings.fileSizeLimit(), settings.signedUploadLife()),
                        new DownloadEndpoints(new Downloads(store), on.tokens()),
                        new ChangeEndpoints(uploads, store, collector, on.clock()),
                        new ListEndpoints(),
                        new SignEndpoints(on.tokens()),
                        new TusEndpoints(
                                new Uploads(
                                        store,
                                        collector,
                                        on.clock(),
                                        settings.resumableLife().plus(GRACE)),
                                store,
                                on.tokens(),
                                settings.fileSizeLimit(),
                                settings.publicUrl().orElse(""),
                                new TusLimits(settings.resumableLife(), settings.transferTimeout()),
                                on.clock())),
                on.transactions(),
                on.models(),
                new Dispatcher.Limits(
                        settings.maxRequests(),
                        settings.maxJson(),
                        settings.statementTimeout(),
                        settings.transferTimeout()));
    }

    /**
     * Where the settings put bytes.
     *
     * @param folder for a local store where they name none
     */
    public static ObjectStore store(StorageSettings settings, Path folder) throws IOException {
        LocalDisk disk = new LocalDisk(settings.path().orElse(folder), settings.fsync());
        return settings.encryptionKeys().isEmpty()
                ? disk
                : new EncryptedStore(disk, settings.encryptionKeys(), !settings.encryptionRequired());
    }

    /** After this time bytes that have no row will not get one any more. */
    public static long settledSeconds(StorageSettings settings) {
        return Math.max(
                        settings.transferTimeout().toSeconds(),
                        settings.resumableLife().toSeconds())
                + GRACE.toSeconds();
    }

    @Override
    public String name() {
        return "storage";
    }

    @Override
    public void routes(Router router) {
        router.route(PREFIX + "/*").handler(dispatcher::handle);
    }

    @Override
    public Future<Void> start() {
        collector.start();
        if (seeds.isEmpty()) {
            return Future.succeededFuture();
        }
        Promise<Void> made = Promise.promise();
        Thread.ofVirtual().name("buckets").start(() -> {
            try {
                seeds.make(database);
                made.complete();
            } catch (SQLException | RuntimeException failure) {
                made.fail(failure);
            }
        });
        return made.future();
    }

    @Override
    public Future<Void> stop() {
        collector.close();
        store.close();
        return Future.succeededFuture();
    }

    @Override
    public void metrics(Meters meters) {
        meters.gauge("galley.storage.requests", "Requests under way, transfers included.", dispatcher::busy);
    }

    @Override
    public Health health() {
        return new Up();
    }
}
