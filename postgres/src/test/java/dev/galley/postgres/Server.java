package dev.galley.postgres;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** What the tests of embedded servers share. */
final class Server {
    private Server() {}

    /** A project's folder that every user may enter. */
    static Path newProject() throws IOException {
        Path project = Files.createTempDirectory("galley-pg");
        Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rwxr-xr-x"));
        return project;
    }

    /** Settings with a cache that all tests of the machine share. */
    static PostgresSettings settings(String... assignments) {
        FlagLayer flags = new FlagLayer().set("postgres.cache-dir=" + cache());
        for (String each : assignments) {
            flags.set(each);
        }
        return PostgresSettings.from(new Settings(flags));
    }

    static Path cache() {
        return Path.of(System.getProperty("java.io.tmpdir"), "galley-cache-" + System.getProperty("user.name"));
    }

    static String query(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(JdbcConnections.url(address), JdbcConnections.properties(address));
                var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "";
            }
        }
    }

    /** Waits until the condition holds; fails after 30 s. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 30 s: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
