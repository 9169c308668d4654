package dev.galley.postgres.changes;

import dev.galley.postgres.Lease;
import dev.galley.postgres.PlatformDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Cares for the one durable slot of a database, which holds the server's log back for as long as readers may be away. Nobody reads
 * it: every node's reader works on a temporary copy.
 *
 * <p>Why so: the log is already on disk, in order, durable, and readable again from any place, so a table of changes would write
 * everything twice, and a single reader that passes changes on would stop them all when it stops. The price is that each node has
 * the server decode the log once (a few percent of a core at usual rates). What only one node may do is moving the slot
 * on and making it anew; that node is the holder of the {@link Lease}.
 *
 * <p>A slot holds the log back also while nobody runs. Only where the server limits that
 * ({@code max_slot_wal_keep_size}, which our own server has) there is a durable slot; elsewhere changes are kept in memory only.
 */
final class SlotKeeper {
    private static final System.Logger LOG = System.getLogger(SlotKeeper.class.getName());

    private final PlatformDatabase database;
    private final ChangeSettings settings;
    private final Lease lease;
    private final String slot;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private volatile State state = State.NONE;
    private volatile boolean leading;

    /** Where the log ended at a time of the database's clock. */
    private record Sample(long millis, long lsn) {}

    /** What is known of the slot. */
    enum State {
        /** Not looked yet, or it is gone and nobody has made it anew yet. */
        NONE,
        KEPT,
        /** The server would keep its log without a limit, so there is no durable slot. */
        UNLIMITED
    }

    private SlotKeeper(PlatformDatabase database, ChangeSettings settings, String slot, UUID node) {
        this.database = database;
        this.settings = settings;
        this.slot = slot;
        this.lease = new Lease(database, "changes", node, settings.leaseLength());
    }

    static SlotKeeper of(PlatformDatabase database, ChangeSettings settings, UUID node) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()")) {
            row.next();
            // Slots belong to the server, not to a database.
            return new SlotKeeper(database, settings, "galley_changes_" + row.getLong(1), node);
        }
    }

    State state() {
        return state;
    }

    boolean leading() {
        return leading;
    }

    /** The durable slot's name, when there is one. */
    Optional<String> slot() {
        return state == State.KEPT ? Optional.of(slot) : Optional.empty();
    }

    /** How often {@link #tend} wants to be called. */
    Duration pace() {
        return settings.leaseLength().dividedBy(3);
    }

    /** Looks after the slot, if that is ours to do. Not for several threads at once. */
    synchronized void tend() throws SQLException {
        if (!limited()) {
            if (state != State.UNLIMITED) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "The server limits the log that a replication slot keeps by nothing (max_slot_wal_keep_size),"
                                + " so changes are kept in memory only: after a restart clients are told of a gap");
            }
            state = State.UNLIMITED;
            return;
        }
        OptionalLong epoch = lease.take();
        leading = epoch.isPresent();
        String status = status();
        if (leading && status.equals("lost")) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The log that was kept for the stream of changes has outgrown the limit of the server: readers"
                            + " that were away are told of a gap");
            lease.fenced(epoch.getAsLong(), this::drop);
            status = "";
        }
        if (leading && status.isEmpty()) {
            create();
            samples.clear();
            status = status();
        }
        state = status.isEmpty() || status.equals("lost") ? State.NONE : State.KEPT;
        if (leading && state == State.KEPT) {
            advance();
        }
    }

    void stop() throws SQLException {
        if (leading) {
            lease.giveUp();
        }
    }

    private boolean limited() throws SQLException {
        return !text("select pg_catalog.current_setting('max_slot_wal_keep_size')")
                .equals("-1");
    }

    /** The server's word for what is kept: reserved, extended, unreserved, lost; empty when there is no slot. */
    private String status() throws SQLException {
        return text("select coalesce((select wal_status from pg_catalog.pg_replication_slots where slot_name = '" + slot
                + "'), '')");
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private Void drop(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "select pg_catalog.pg_drop_replication_slot(slot_name) from pg_catalog.pg_replication_slots"
                            + " where slot_name = '" + slot + "' and wal_status = 'lost'");
            return null;
        }
    }

    /** Outside of a transaction that has a lock: it waits for all that have. Two who create at once get one slot. */
    private void create() throws SQLException {
        try {
            text("select pg_catalog.pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        } catch (SQLException e) {
            if (!"42710".equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private void advance() throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select (extract(epoch from clock_timestamp()) * 1000)::bigint,"
                        + " pg_catalog.pg_current_wal_flush_lsn(), confirmed_flush_lsn from"
                        + " pg_catalog.pg_replication_slots where slot_name = '" + slot
                        + "'")) {
            if (!row.next()) {
                return;
            }
            long now = row.getLong(1);
            long end = LogSequenceNumber.valueOf(row.getString(2)).asLong();
            long kept = LogSequenceNumber.valueOf(row.getString(3)).asLong();
            samples.addLast(new Sample(now, end));
            long target = kept;
            while (samples.getFirst().millis() < now - settings.retention().toMillis()
                    || end - samples.getFirst().lsn() > settings.retentionBytes()) {
                target = samples.removeFirst().lsn();
                if (samples.isEmpty()) {
                    break;
                }
            }
            target = Math.max(target, end - settings.retentionBytes());
            if (target > kept) {
                move(connection, target);
            }
        }
    }

    private void move(Connection connection, long target) throws SQLException {
        try (PreparedStatement move =
                connection.prepareStatement("select pg_catalog.pg_replication_slot_advance(?, ?::pg_lsn)")) {
            move.setString(1, slot);
            move.setString(2, LogSequenceNumber.valueOf(target).asString());
            move.execute();
        }
    }
}
