package dev.galley.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * The connections for the platform's own work (catalog, migrations, sign-in, jobs), in plain blocking code on virtual threads.
 * Never for rows on behalf of a caller: that is {@link RequestTransaction}. The pool is small, connects when it is first
 * used, and gives up unused connections.
 */
public final class PlatformDatabase implements AutoCloseable {
    private static final int CONNECT_SECONDS = 5;

    /** pgjdbc gives every session the JVM's time zone. */
    private static final String UTC = "set timezone = 'UTC'";

    private final DatabaseAddress address;
    private final boolean pooled;
    private final HikariDataSource pool;

    private PlatformDatabase(DatabaseAddress address, boolean pooled, HikariDataSource pool) {
        this.address = address;
        this.pooled = pooled;
        this.pool = pool;
    }

    /** Does not connect yet. */
    public static PlatformDatabase open(DatabaseAddress address, PostgresSettings.Pool settings) {
        return open(address, settings, false);
    }

    /** @param pooled whether a connection pooler lies between, for which nothing may be kept in a session */
    public static PlatformDatabase open(DatabaseAddress address, PostgresSettings.Pool settings, boolean pooled) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("platform");
        config.setJdbcUrl(JdbcConnections.url(address));
        config.setDataSourceProperties(properties(address, pooled));
        config.setMaximumPoolSize(settings.size());
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        // HikariCP refuses values below these.
        config.setConnectionTimeout(Math.max(250, settings.maxWait().toMillis()));
        config.setValidationTimeout(
                Math.max(250, Math.min(1_000, settings.maxWait().toMillis())));
        config.setIdleTimeout(Math.max(10_000, settings.maxIdle().toMillis()));
        config.setKeepaliveTime(0);
        config.setConnectionInitSql(UTC);
        return new PlatformDatabase(address, pooled, new HikariDataSource(config));
    }

    private static Properties properties(DatabaseAddress address, boolean pooled) {
        Properties properties = JdbcConnections.properties(address);
        if (pooled) {
            properties.setProperty("prepareThreshold", "0");
        }
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        // The details of an error repeat rows and values, and messages of exceptions are logged.
        properties.setProperty("logServerErrorDetail", "false");
        return properties;
    }

    public DatabaseAddress address() {
        return address;
    }

    /** Borrows a connection, in autocommit mode; closing it gives it back. */
    public Connection connection() throws SQLException {
        return pool.getConnection();
    }

    /** A connection of its own outside the pool, for what holds one for long (LISTEN); the caller closes it. */
    public Connection dedicatedConnection() throws SQLException {
        Connection connection = DriverManager.getConnection(JdbcConnections.url(address), properties(address, pooled));
        try (Statement statement = connection.createStatement()) {
            statement.execute(UTC);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Work in one transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** Commits when the work returns, rolls back when it throws. */
    public <T> T transaction(Work<T> work) throws SQLException {
        try (Connection connection = connection()) {
            return transaction(connection, work);
        }
    }

    static <T> T transaction(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T result = work.in(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException lost) {
                // With the connection the transaction is gone too.
                e.addSuppressed(lost);
            }
            throw e;
        }
    }

    /** Drops the pooled connections as they come back: after a restart of the server they are dead. */
    public void evict() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public void close() {
        pool.close();
    }
}
