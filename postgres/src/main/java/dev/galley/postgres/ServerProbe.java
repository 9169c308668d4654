package dev.galley.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Asks a server one question on a connection of its own, giving up after a few seconds. */
final class ServerProbe {
    private static final String SECONDS = "5";

    private ServerProbe() {}

    /** As {@code server_version_num} counts: 180006 is 18.6. */
    static int version(DatabaseAddress address) throws SQLException {
        Properties properties = JdbcConnections.properties(address);
        properties.setProperty("connectTimeout", SECONDS);
        properties.setProperty("loginTimeout", SECONDS);
        properties.setProperty("socketTimeout", SECONDS);
        try (Connection connection = DriverManager.getConnection(JdbcConnections.url(address), properties);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select current_setting('server_version_num')::int")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    static Postgres.Health health(DatabaseAddress address) {
        try {
            version(address);
            return new Postgres.Healthy();
        } catch (SQLException e) {
            return new Postgres.Unhealthy(String.valueOf(e.getMessage()));
        }
    }
}
