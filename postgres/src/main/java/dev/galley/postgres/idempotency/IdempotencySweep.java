package dev.galley.postgres.idempotency;

import dev.galley.postgres.Migration;
import dev.galley.postgres.PlatformDatabase;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Removes old answers, a few at a time, on a virtual thread of its own. Any number of nodes may do it at once: what one has
 * locked another skips.
 */
public final class IdempotencySweep implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(IdempotencySweep.class.getName());

    private static final String REMOVE = """
            delete from galley.idempotency
             where (scope, key) in (
               select scope, key from galley.idempotency
                where made_at < now() - make_interval(secs => ?)
                order by made_at limit ? for update skip locked)
            """;

    private final PlatformDatabase database;
    private final IdempotencySettings settings;
    private final CountDownLatch closed = new CountDownLatch(1);

    public IdempotencySweep(PlatformDatabase database, IdempotencySettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** The table and the functions that this package uses. */
    public static List<Migration> migrations() {
        return List.of(Migration.resource(IdempotencySweep.class, "idempotency", 1, "answers", "001_answers.sql"));
    }

    public void start() {
        Thread.ofVirtual().name("idempotency-sweep").start(this::loop);
    }

    private void loop() {
        try {
            while (!closed.await(settings.sweepEvery().toMillis(), TimeUnit.MILLISECONDS)) {
                sweepQuietly();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** A database that is away for a moment must not end the sweeping. */
    private void sweepQuietly() {
        try {
            sweep();
        } catch (SQLException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "old idempotency keys were not removed: {0}", e.getMessage());
        }
    }

    /** Removes everything that is too old; returns how many that were. */
    public int sweep() throws SQLException {
        int all = 0;
        int batch;
        do {
            batch = database.transaction(connection -> {
                try (PreparedStatement remove = connection.prepareStatement(REMOVE)) {
                    remove.setDouble(1, settings.keep().toMillis() / 1000.0);
                    remove.setInt(2, settings.sweepBatch());
                    return remove.executeUpdate();
                }
            });
            all += batch;
        } while (batch == settings.sweepBatch() && closed.getCount() > 0);
        return all;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
