package dev.galley.storage.object;

import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import dev.galley.storage.backend.ObjectStore;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Deletes bytes that are garbage: when it is woken, and from time to time. Nodes share the work: each takes rows that no other has, and a
 * version is taken off the list only after its bytes are gone.
 */
public final class Collector implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Collector.class.getName());
    private static final int BATCH = 200;

    private static final String DUE = """
            select g.version, exists (select from storage.objects as o where o.version = g.version) as used
              from galley.object_garbage as g
             where g.due <= now()
             order by g.due limit %d
               for update skip locked
            """.formatted(BATCH);
    private static final String EXPIRED = "delete from galley.tus_uploads where expires < now()";
    private static final String DONE = "delete from galley.object_garbage where version = any (?)";

    private final PlatformDatabase database;
    private final ObjectStore store;
    private final Duration interval;
    private final Semaphore work = new Semaphore(0);
    private volatile @Nullable Thread thread;

    /** @param interval the longest time between two looks */
    public Collector(PlatformDatabase database, ObjectStore store, Duration interval) {
        this.database = database;
        this.store = store;
        this.interval = interval;
    }

    public void start() {
        thread = Thread.ofVirtual().name("storage collector").start(this::run);
    }

    /** There is something to do. */
    void wake() {
        if (work.availablePermits() == 0) {
            work.release();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                boolean _ = work.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
                work.drainPermits();
                while (collect() == BATCH) {
                    Thread.onSpinWait();
                }
            } catch (InterruptedException stopping) {
                return;
            } catch (SQLException | IOException | RuntimeException failure) {
                LOG.log(Level.WARNING, "bytes that are nobody's are left for later: {0}", failure.getMessage());
            }
        }
    }

    private record Due(String version, boolean used) {}

    /** Deletes one batch and returns how many versions it was. */
    public int collect() throws SQLException, IOException {
        return database.transaction(connection -> {
            List<Due> due = Sql.of(DUE).list(connection, row -> new Due(row.getString(1), row.getBoolean(2)));
            for (Due each : due) {
                if (!each.used()) {
                    delete(each.version());
                }
            }
            if (!due.isEmpty()) {
                int _ = done(connection, due);
            }
            int _ = Sql.of(EXPIRED).update(connection);
            return due.size();
        });
    }

    private void delete(String version) throws SQLException {
        try {
            store.delete(version);
        } catch (IOException failure) {
            throw new SQLException("the store does not delete", failure);
        }
    }

    private static int done(Connection connection, List<Due> due) throws SQLException {
        return Sql.of(
                        DONE,
                        connection.createArrayOf(
                                "text", due.stream().map(Due::version).toArray()))
                .update(connection);
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
