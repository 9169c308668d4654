package dev.galley.postgres.changes;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.JdbcConnections;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * A connection in replication mode with a temporary slot of its own, which the server removes with the connection. When there is a
 * slot that keeps the log, ours begins as its copy: that takes a moment, and reaches back as far; a new slot has to wait for every
 * transaction that is open. Confined to one thread but for {@link #abort}.
 */
final class SlotStream implements AutoCloseable {
    private static final int STATUS_SECONDS = 10;
    private static final int CONNECT_SECONDS = 5;

    private final Connection connection;
    private final int history;
    private final String slot;
    private final long available;
    private @Nullable PGReplicationStream stream;

    private SlotStream(Connection connection, int history, String slot, long available) {
        this.connection = connection;
        this.history = history;
        this.slot = slot;
        this.available = available;
    }

    /** @param keeper the name of the slot that keeps the log */
    static SlotStream open(DatabaseAddress address, String slot, Optional<String> keeper) throws SQLException {
        Connection connection = DriverManager.getConnection(JdbcConnections.url(address), properties(address));
        try (Statement statement = connection.createStatement()) {
            // The values come as text: its form must not depend on the machine.
            statement.execute("set timezone = 'UTC'");
            statement.execute("set datestyle = 'ISO, MDY'");
            statement.execute("set intervalstyle = 'postgres'");
            statement.execute("set extra_float_digits = 1");
            statement.execute("set bytea_output = 'hex'");
            int history = history(statement);
            long available = keeper.isPresent() ? copy(statement, keeper.get(), slot) : create(statement, slot);
            return new SlotStream(connection, history, slot, available);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Properties properties(DatabaseAddress address) {
        Properties properties = JdbcConnections.properties(address);
        properties.setProperty("replication", "database");
        properties.setProperty("assumeMinServerVersion", "15");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("logServerErrorDetail", "false");
        properties.setProperty("ApplicationName", "galley changes");
        return properties;
    }

    /** A number for the log that this database writes: another cluster, database or timeline has another. */
    private static int history(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            return (row.getString("systemid") + "/" + row.getString("timeline") + "/" + row.getString("dbname"))
                    .hashCode();
        }
    }

    private static long copy(Statement statement, String from, String to) throws SQLException {
        statement.execute("select pg_catalog.pg_copy_logical_replication_slot('" + from + "', '" + to + "', true)");
        try (ResultSet row = statement.executeQuery(
                "select confirmed_flush_lsn from pg_catalog.pg_replication_slots where slot_name = '" + to + "'")) {
            row.next();
            return LogSequenceNumber.valueOf(row.getString(1)).asLong();
        }
    }

    private static long create(Statement statement, String slot) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "CREATE_REPLICATION_SLOT \"" + slot + "\" TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT")) {
            row.next();
            return LogSequenceNumber.valueOf(row.getString("consistent_point")).asLong();
        }
    }

    /** A name for a slot of a node. */
    static String name(String purpose, int node) {
        return "galley_" + purpose + "_" + HexFormat.of().toHexDigits(node);
    }

    int history() {
        return history;
    }

    /** The place in the log from which on everything can be told: transactions whose commit record begins there or later. */
    long available() {
        return available;
    }

    void start(long lsn, List<String> publications) throws SQLException {
        stream = connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withStartPosition(LogSequenceNumber.valueOf(lsn))
                .withSlotOption("proto_version", "1")
                .withSlotOption("messages", "true")
                .withSlotOption(
                        "publication_names",
                        publications.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(",")))
                .withStatusInterval(STATUS_SECONDS, TimeUnit.SECONDS)
                .start();
    }

    /** Waits for the next message. */
    PgOutputMessage next() throws SQLException {
        ByteBuffer bytes = Objects.requireNonNull(started().read());
        confirm();
        return PgOutputReader.read(bytes);
    }

    /** The next message, when it is here. */
    Optional<PgOutputMessage> poll() throws SQLException {
        ByteBuffer bytes = started().readPending();
        confirm();
        return Optional.ofNullable(bytes).map(PgOutputReader::read);
    }

    /** Our own slot need keep nothing that we have. */
    private void confirm() {
        LogSequenceNumber received = started().getLastReceiveLSN();
        started().setFlushedLSN(received);
        started().setAppliedLSN(received);
    }

    /** Of a place in the log to which everything has been told; 0 before that is known. */
    long received() {
        return stream == null ? 0 : stream.getLastReceiveLSN().asLong();
    }

    private PGReplicationStream started() {
        if (stream == null) {
            throw new IllegalStateException("not started");
        }
        return stream;
    }

    /** Ends a read that waits, from another thread. */
    void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException("a connection always lets itself be cut", e);
        }
    }

    /** Without the farewell of the protocol, for which the server may keep us waiting. */
    @Override
    public void close() {
        abort();
    }
}
