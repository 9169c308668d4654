package dev.galley.identity;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Databases with the platform in them, and what a role may do there. */
final class Platform {
    static final TestPostgres POSTGRES = TestPostgres.shared();

    private Platform() {}

    static PlatformSettings settings(String... flags) {
        FlagLayer layer = new FlagLayer();
        List.of(flags).forEach(layer::set);
        return PlatformSettings.from(new Settings(layer));
    }

    static DatabaseAddress create(String... flags) {
        DatabaseAddress database = POSTGRES.createDatabase();
        install(database, flags);
        return database;
    }

    static void install(DatabaseAddress database, String... flags) {
        migrate(database);
        try (Connection connection = POSTGRES.connect(database)) {
            PlatformSql.apply(connection, settings(flags));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static void migrate(DatabaseAddress database) {
        try (PlatformDatabase platform = PlatformDatabase.open(
                database, PostgresSettings.from(new Settings()).pool())) {
            new Migrations(platform, IdentityMigrations.all()).run();
        }
    }

    /** "ok" or the SQLSTATE with which the last statement was refused; nothing is kept. */
    static String attempt(DatabaseAddress database, String role, String... statements) {
        try (Connection connection = POSTGRES.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role " + role);
            try {
                for (String sql : statements) {
                    statement.execute(sql);
                }
                return "ok";
            } catch (SQLException e) {
                return e.getSQLState();
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** What a query gives as a role, after some settings. */
    static List<String> queryAs(DatabaseAddress database, String role, String sql, String... settings) {
        try (Connection connection = POSTGRES.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("set role " + role);
            for (String setting : settings) {
                statement.execute(setting);
            }
            List<String> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    values.add(String.valueOf(rows.getString(1)));
                }
            }
            return values;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs as the role and keeps the effect. */
    static void executeAs(DatabaseAddress database, String role, String sql) {
        POSTGRES.execute(database, "set role " + role + "; " + sql);
    }
}
