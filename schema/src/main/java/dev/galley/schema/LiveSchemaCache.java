package dev.galley.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The schema model of a running program: loaded at start, read anew when the database changes.
 *
 * <p>Readers see a volatile reference and never wait. One thread does all the loading, so there is one reload at a time; what
 * is asked for while it runs is answered by the next one, and between two there is a pause as long as the first took, so that
 * a migration of hundreds of statements makes a few reloads. A load that fails leaves the old model in use and is tried
 * again. Another thread, the {@link ChangeWatch}, notices changes. Both are virtual threads.
 */
public final class LiveSchemaCache implements SchemaCache, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(LiveSchemaCache.class.getName());

    /** Of the pause between two reloads. */
    private static final long MIN_PAUSE_MILLIS = 100;

    private static final long MAX_PAUSE_MILLIS = 2_000;

    /** After which a silent connection counts as dead: longer than the server lets a catalog query run. */
    private static final int NETWORK_TIMEOUT_MILLIS = 90_000;

    private record Loaded(SchemaModel model, Instant at) {}

    private final ConnectionSource connections;
    private final SchemaSettings settings;
    private final InstantSource clock;
    private final Runnable onReloadConfig;

    private final List<Consumer<SchemaModel>> subscribers = new CopyOnWriteArrayList<>();
    private final Semaphore wanted = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    private volatile CatalogLoader loader;
    private volatile Optional<Loaded> loaded = Optional.empty();
    private volatile Optional<ChangeWatch> watch = Optional.empty();
    private volatile Optional<String> loadError = Optional.empty();
    private volatile Optional<String> watchError = Optional.empty();
    private volatile boolean announced;

    /**
     * @param connections of the platform's login; one is kept for listening, one is opened for each load
     * @param onReloadConfig what {@code NOTIFY pgrst, 'reload config'} asks for, besides the roles' settings
     */
    public LiveSchemaCache(
            ConnectionSource connections,
            SchemaScope scope,
            SchemaSettings settings,
            InstantSource clock,
            Runnable onReloadConfig) {
        this.connections = connections;
        this.loader = new CatalogLoader(scope);
        this.settings = settings;
        this.clock = clock;
        this.onReloadConfig = onReloadConfig;
    }

    /** Loads the model, then keeps it up to date until {@link #close}. Started anew after it has failed. */
    public void start() throws SQLException {
        String fingerprint;
        try (Connection connection = open()) {
            fingerprint = CatalogFingerprint.of(connection);
            swap(loader.load(connection));
        } catch (SQLException | RuntimeException e) {
            loadError = Optional.of(String.valueOf(e.getMessage()));
            throw e;
        }
        ChangeWatch changes = new ChangeWatch(connections, settings, fingerprint, new Changes());
        watch = Optional.of(changes);
        threads.add(Thread.ofVirtual().name("schema-reload").start(this::reloadLoop));
        threads.add(Thread.ofVirtual().name("schema-watch").start(changes));
    }

    @Override
    public SchemaModel current() {
        return loaded.orElseThrow(() -> new IllegalStateException("no schema model was loaded yet"))
                .model();
    }

    /** From the next load on, which it asks for, the model holds this part of the database. */
    public void rescope(SchemaScope scope) {
        loader = new CatalogLoader(scope);
        reload();
    }

    /** Asks for a reload and returns at once. */
    public void reload() {
        wanted.release();
    }

    /** Calls the subscriber with every new model, after it is in use; on the loading thread, so it has to be quick. */
    public void subscribe(Consumer<SchemaModel> subscriber) {
        subscribers.add(subscriber);
    }

    public SchemaHealth health() {
        Optional<Loaded> now = loaded;
        return new SchemaHealth(
                now.map(l -> l.model().version()).orElse(0L),
                now.map(Loaded::at),
                announced,
                loadError.or(() -> watchError));
    }

    private Connection open() throws SQLException {
        Connection connection = connections.open();
        connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
        return connection;
    }

    private void reloadLoop() {
        RetryDelay retry = new RetryDelay(settings.maxRetryDelay());
        try {
            while (closed.getCount() > 0) {
                wanted.acquire();
                wanted.drainPermits();
                long began = System.nanoTime();
                long pauseMillis;
                try (Connection connection = open()) {
                    swap(loader.load(connection));
                    retry.succeeded();
                    long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                    pauseMillis = Math.clamp(tookMillis, MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS);
                } catch (SQLException | RuntimeException e) {
                    failed(e);
                    wanted.release();
                    pauseMillis = retry.next().toMillis();
                }
                closed.await(pauseMillis, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void swap(SchemaModel model) {
        if (loadError.isPresent()) {
            LOG.log(System.Logger.Level.INFO, "The schema can be read again");
            loadError = Optional.empty();
        }
        loaded = Optional.of(new Loaded(model, clock.instant()));
        for (Consumer<SchemaModel> subscriber : subscribers) {
            try {
                subscriber.accept(model);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A subscriber of the schema failed", e);
            }
        }
    }

    /** Says so once, however often it is tried again. */
    private void failed(Exception e) {
        if (loadError.isEmpty() && closed.getCount() > 0) {
            LOG.log(System.Logger.Level.WARNING, "The schema could not be read; the old one stays in use", e);
        }
        loadError = Optional.of(String.valueOf(e.getMessage()));
    }

    private final class Changes implements ChangeWatch.Listener {
        @Override
        public void changed() {
            reload();
        }

        @Override
        public void configChanged() {
            reload();
            try {
                onReloadConfig.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "The configuration could not be reloaded", e);
            }
        }

        @Override
        public void watching(boolean byNotification) {
            announced = byNotification;
            watchError = Optional.empty();
        }

        @Override
        public void lost(String reason) {
            if (watchError.isEmpty()) {
                LOG.log(System.Logger.Level.WARNING, "The connection that listens for changes was lost: {0}", reason);
            }
            watchError = Optional.of(reason);
        }
    }

    /** Ends the threads and their connections, and waits until they are gone. */
    @Override
    public void close() {
        closed.countDown();
        watch.ifPresent(ChangeWatch::close);
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
