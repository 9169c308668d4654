package dev.galley.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;

/**
 * Asks a server on a connection of its own, giving up after a few seconds.
 *
 * @param version as {@code server_version_num} counts: 180006 is 18.6
 * @param pooled whether a connection pooler (PgBouncer and the like) lies between: what is said to one session may be heard by another
 */
record ServerProbe(int version, boolean pooled) {
    private static final String SECONDS = "5";

    static ServerProbe of(DatabaseAddress address) throws SQLException {
        Properties properties = JdbcConnections.properties(address);
        properties.setProperty("connectTimeout", SECONDS);
        properties.setProperty("loginTimeout", SECONDS);
        properties.setProperty("socketTimeout", SECONDS);
        try (Connection connection = DriverManager.getConnection(JdbcConnections.url(address), properties);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select current_setting('server_version_num')::int, pg_backend_pid()")) {
            rows.next();
            // A pooler answers the login itself, and cannot know which server process will do the work.
            int toldAtLogin = connection.unwrap(PGConnection.class).getBackendPID();
            return new ServerProbe(rows.getInt(1), toldAtLogin != rows.getInt(2));
        }
    }

    static Postgres.Health health(DatabaseAddress address) {
        try {
            var _ = of(address);
            return new Postgres.Healthy();
        } catch (SQLException e) {
            return new Postgres.Unhealthy(String.valueOf(e.getMessage()));
        }
    }
}
