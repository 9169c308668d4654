package dev.galley.postgres.testkit;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.JdbcConnections;
import dev.galley.postgres.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL 18 for tests: started on first use, shared by all tests of the JVM, gone with it (also after kill -9).
 * Settings are fast and not durable. Every test takes a database of its own; creating one takes some 20 ms.
 */
public final class TestPostgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final TestServer server;

    private TestPostgres(TestServer server) {
        this.server = server;
    }

    public static TestPostgres shared() {
        return Shared.INSTANCE;
    }

    private static final class Shared {
        static final TestPostgres INSTANCE = new TestPostgres(TestServer.start());
    }

    /** A fresh database; the login is a superuser, the socket trusts it. */
    public DatabaseAddress createDatabase() {
        String name = "test_" + DATABASES.incrementAndGet();
        execute(address(), "create database " + name + " strategy = 'file_copy'");
        return address().withDatabase(name);
    }

    /** A fresh database in which the script has run. */
    public DatabaseAddress createDatabase(String script) {
        DatabaseAddress database = createDatabase();
        execute(database, script);
        return database;
    }

    /** The superuser's address of the database {@code postgres}. */
    public DatabaseAddress address() {
        return server.address();
    }

    /** The server's log file. */
    public Path log() {
        return server.log();
    }

    /** A new JDBC connection, in autocommit mode. The caller closes it. */
    public Connection connect(DatabaseAddress address) {
        try {
            return DriverManager.getConnection(JdbcConnections.url(address), JdbcConnections.properties(address));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot connect to " + address + ": " + e.getMessage(), e);
        }
    }

    /** Runs a script of one or more statements on a connection of its own. */
    public void execute(DatabaseAddress address, String script) {
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(script);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** The first column of every row, as text; SQL NULL is the text "null". */
    public List<String> query(DatabaseAddress address, String sql) {
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
