package dev.galley.realtime;

import dev.galley.postgres.PlatformDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Where the nodes of a database find each other. All times are the database's, so that the nodes' clocks do not matter. */
final class NodeTable {
    private final PlatformDatabase database;
    private final Duration silence;

    /** Where another node listens. */
    record Address(String host, int port) {}

    /** @param silence after which a node counts as gone */
    NodeTable(PlatformDatabase database, Duration silence) {
        this.database = database;
        this.silence = silence;
    }

    /** The secret of the nodes of this database. */
    byte[] key() throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select key from galley.realtime_key")) {
            if (!row.next()) {
                throw new SQLException("galley.realtime_key is empty");
            }
            return row.getBytes(1);
        }
    }

    /** Says that this node lives, removes those that are gone, and tells of the others. */
    Map<UUID, Address> beat(UUID self, Address here) throws SQLException {
        return database.transaction(connection -> {
            try (Statement statement = connection.createStatement()) {
                // A crash that loses the last beats loses nothing: they are said again.
                statement.execute("set local synchronous_commit = off");
            }
            try (PreparedStatement live = connection.prepareStatement(
                            "insert into galley.realtime_nodes as node (id, host, port) values (?, ?, ?)"
                                    + " on conflict (id) do update set seen_at = now()");
                    PreparedStatement forget = connection.prepareStatement(
                            "delete from galley.realtime_nodes where seen_at < now() - make_interval(secs => ?)")) {
                live.setObject(1, self);
                live.setString(2, here.host());
                live.setInt(3, here.port());
                live.executeUpdate();
                forget.setDouble(1, silence.toMillis() / 1000.0);
                forget.executeUpdate();
            }
            return others(connection, self);
        });
    }

    private static Map<UUID, Address> others(Connection connection, UUID self) throws SQLException {
        Map<UUID, Address> others = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select id, host, port from galley.realtime_nodes where id <> ?")) {
            statement.setObject(1, self);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    others.put(rows.getObject(1, UUID.class), new Address(rows.getString(2), rows.getInt(3)));
                }
            }
        }
        return others;
    }

    void leave(UUID self) throws SQLException {
        try (Connection connection = database.connection();
                PreparedStatement statement =
                        connection.prepareStatement("delete from galley.realtime_nodes where id = ?")) {
            statement.setObject(1, self);
            statement.executeUpdate();
        }
    }
}
