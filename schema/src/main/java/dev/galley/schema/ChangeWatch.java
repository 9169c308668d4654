package dev.galley.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Notices that the catalog has changed, on a connection and a thread of its own.
 *
 * <p>Where the database runs event triggers that notify our channel, listening is enough. Where LISTEN is refused (a hot
 * standby, some compatible engines) or heard by others (a connection pooler) or nobody triggers (no superuser was there to make the event triggers, or a dump dropped
 * them), it compares a {@link CatalogFingerprint} every interval; notifications that users send by hand count nevertheless. Which
 * of the two it is, is looked at again every interval, which also finds out that the connection is dead. After a lost
 * connection the model is read again, because notifications may have been missed.
 */
final class ChangeWatch implements Runnable {

    private static final System.Logger LOG = System.getLogger(ChangeWatch.class.getName());

    /** What the database says; called on the watch's thread. */
    interface Listener {
        void changed();

        void configChanged();

        /** @param announced whether changes come by notification */
        void watching(boolean announced);

        void lost(String reason);
    }

    private static final String TRIGGERS = """
            select count(distinct t.evtevent) = 2
            from pg_catalog.pg_event_trigger t
            join pg_catalog.pg_proc p on p.oid = t.evtfoid
            where t.evtenabled in ('O', 'A') and t.evtevent in ('ddl_command_end', 'sql_drop')
                and p.prosrc ~* 'notify' and pg_catalog.strpos(p.prosrc, ?) > 0
            """;

    private final ConnectionSource connections;
    private final SchemaSettings settings;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);

    private String fingerprint;
    private boolean reconnecting;
    private volatile Optional<Connection> watching = Optional.empty();

    /** @param fingerprint of the catalog before it was loaded */
    ChangeWatch(ConnectionSource connections, SchemaSettings settings, String fingerprint, Listener listener) {
        this.connections = connections;
        this.settings = settings;
        this.fingerprint = fingerprint;
        this.listener = listener;
    }

    @Override
    public void run() {
        RetryDelay retry = new RetryDelay(settings.maxRetryDelay());
        while (!isClosed()) {
            try (Connection connection = connections.open()) {
                watching = Optional.of(connection);
                boolean listens = listen(connection);
                String now = CatalogFingerprint.of(connection);
                if (reconnecting || !now.equals(fingerprint)) {
                    listener.changed();
                }
                fingerprint = now;
                reconnecting = true;
                retry.succeeded();
                watch(connection, listens);
            } catch (SQLException
                    | RuntimeException e) { // whatever it is: without the watch no change is ever seen again
                if (!isClosed()) {
                    listener.lost(String.valueOf(e.getMessage()));
                }
            }
            watching = Optional.empty();
            pause(retry.next());
        }
    }

    private boolean listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (pooled(connection, statement)) {
                return false;
            }
            statement.execute("listen " + Identifiers.quote(settings.channel()));
            return true;
        } catch (SQLException e) {
            if (!connection.isValid(1)) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "The database refuses LISTEN; changes are looked for: {0}",
                    e.getMessage());
            return false;
        }
    }

    /** A pooler takes LISTEN without an error, for a session that it may give to somebody else a moment later. */
    private static boolean pooled(Connection connection, Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select pg_catalog.pg_backend_pid()")) {
            row.next();
            return row.getInt(1) != connection.unwrap(PGConnection.class).getBackendPID();
        }
    }

    private void watch(Connection connection, boolean listens) throws SQLException {
        long interval = Math.max(1, settings.pollInterval().toMillis());
        boolean announced = announced(connection, listens);
        listener.watching(announced);
        long looked = System.nanoTime();
        while (!isClosed()) {
            if (listens) {
                hear(connection, (int) Math.min(interval, Integer.MAX_VALUE));
            } else {
                pause(Duration.ofMillis(interval));
            }
            if (System.nanoTime() - looked < TimeUnit.MILLISECONDS.toNanos(interval)) {
                continue;
            }
            boolean before = announced;
            announced = announced(connection, listens);
            if (announced != before) {
                listener.watching(announced);
            }
            if (!announced || !before) {
                String now = CatalogFingerprint.of(connection);
                if (!now.equals(fingerprint)) {
                    fingerprint = now;
                    listener.changed();
                }
            }
            looked = System.nanoTime();
        }
    }

    private void hear(Connection connection, int waitMillis) throws SQLException {
        PGConnection session = connection.unwrap(PGConnection.class);
        // What came with the answer to a query is kept by the driver, and waiting does not look there.
        PGNotification[] heard = session.getNotifications();
        if (heard == null || heard.length == 0) {
            heard = session.getNotifications(waitMillis);
        }
        if (heard == null) {
            return;
        }
        for (PGNotification notification : heard) {
            switch (notification.getParameter()) {
                case "", "reload schema" -> listener.changed();
                case "reload config" -> listener.configChanged();
                default -> {} // The channel is shared: other payloads are for others.
            }
        }
    }

    private boolean announced(Connection connection, boolean listens) throws SQLException {
        if (!listens) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(TRIGGERS)) {
            statement.setString(1, settings.channel());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Returns early when the watch is closed. */
    private void pause(Duration delay) {
        try {
            closed.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    /** Ends {@link #run}, also while it waits for a notification. */
    void close() {
        closed.countDown();
        watching.ifPresent(connection -> {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "The connection could not be cut", e);
            }
        });
    }
}
