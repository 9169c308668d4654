package dev.galley.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings the platform's own tables up to date.
 *
 * <p>What was applied is kept in {@code galley.migrations}. When all is there, that is one query. Otherwise everything that is
 * missing runs in one transaction: either all of it happens or nothing. Two nodes that start at once exclude each other by the
 * lock on the only row of {@code galley.migration_lock}; a row lock and not an advisory one, because some compatible engines
 * accept advisory locks without honouring them, and poolers mix up whose they are.
 */
public final class Migrations {
    private static final System.Logger LOG = System.getLogger(Migrations.class.getName());

    /** undefined_table and invalid_schema_name: the first start on this database. */
    private static final Set<String> NOT_THERE = Set.of("42P01", "3F000");

    /** What {@code if not exists} raises when another node creates the same thing in the same moment. */
    private static final Set<String> CREATED_AT_ONCE = Set.of("23505", "42P06", "42P07", "40001", "XX000");

    private static final int ATTEMPTS = 20;

    private static final String TABLES = """
            create schema if not exists galley;
            create table if not exists galley.migrations (
              module     text        not null,
              version    integer     not null,
              name       text        not null,
              checksum   text        not null,
              applied_at timestamptz not null default now(),
              primary key (module, version)
            );
            create table if not exists galley.migration_lock (id integer primary key);
            insert into galley.migration_lock values (1) on conflict do nothing;
            """;

    private final PlatformDatabase database;
    private final List<Migration> wanted;

    /** @param wanted of one or more modules, in any order; they are applied in the order of the modules' first appearance */
    public Migrations(PlatformDatabase database, List<Migration> wanted) {
        this.database = database;
        List<String> modules = wanted.stream().map(Migration::module).distinct().toList();
        this.wanted = wanted.stream()
                .sorted(Comparator.comparingInt((Migration m) -> modules.indexOf(m.module()))
                        .thenComparingInt(Migration::version))
                .toList();
        Map<String, Integer> last = new HashMap<>();
        for (Migration each : this.wanted) {
            int expected = last.merge(each.module(), 1, Integer::sum);
            if (each.version() != expected) {
                throw new IllegalArgumentException(
                        "expected version " + expected + " of " + each.module() + ", not " + each);
            }
        }
    }

    /**
     * Applies what is missing and returns it.
     *
     * @throws PostgresException of kind {@code MIGRATIONS_DIFFER} or {@code MIGRATION_FAILED}; nothing was changed
     */
    public List<Migration> run() {
        try {
            if (pending().isEmpty()) {
                return List.of();
            }
            createTables();
            // Not a pooled connection: a migration may leave settings on its session.
            try (Connection connection = database.dedicatedConnection()) {
                return PlatformDatabase.transaction(connection, this::applyMissing);
            }
        } catch (SQLException e) {
            throw new PostgresException(
                    PostgresException.Kind.MIGRATION_FAILED,
                    "the platform's tables cannot be brought up to date: " + e.getMessage(),
                    e);
        }
    }

    private List<Migration> applyMissing(Connection connection) throws SQLException {
        try (Statement lock = connection.createStatement()) {
            lock.execute("select id from galley.migration_lock for update");
        }
        // Asked again: another node may have done it while we waited.
        List<Migration> missing = missing(applied(connection));
        for (Migration each : missing) {
            apply(connection, each);
        }
        return missing;
    }

    /** What {@link #run} would apply; changes nothing, needs no right to create anything. */
    public List<Migration> pending() throws SQLException {
        try (Connection connection = database.connection()) {
            return missing(applied(connection));
        } catch (SQLException e) {
            if (NOT_THERE.contains(e.getSQLState())) {
                return wanted;
            }
            throw e;
        }
    }

    private record Key(String module, int version) {}

    private static Map<Key, String> applied(Connection connection) throws SQLException {
        Map<Key, String> applied = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select module, version, checksum from galley.migrations")) {
            while (rows.next()) {
                applied.put(new Key(rows.getString(1), rows.getInt(2)), rows.getString(3));
            }
        }
        return applied;
    }

    private List<Migration> missing(Map<Key, String> applied) {
        List<Migration> missing = new ArrayList<>();
        Map<String, Integer> newest = new HashMap<>();
        for (Migration each : wanted) {
            String checksum = applied.get(new Key(each.module(), each.version()));
            if (checksum == null) {
                missing.add(each);
            } else if (!checksum.equals(each.checksum())) {
                throw new PostgresException(
                        PostgresException.Kind.MIGRATIONS_DIFFER,
                        "the migration " + each + " was applied to this database with other SQL than this program has:"
                                + " use the program that applied it, or a database of its own");
            }
            newest.put(each.module(), each.version());
        }
        for (Key key : applied.keySet()) {
            Integer known = newest.get(key.module());
            if (known != null && key.version() > known) {
                throw new PostgresException(
                        PostgresException.Kind.MIGRATIONS_DIFFER,
                        "this database was migrated by a newer Galley (" + key.module() + " " + key.version()
                                + ", this program knows up to " + known + "): use that one");
            }
        }
        return missing;
    }

    private void createTables() throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                database.transaction(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute(TABLES);
                    }
                });
                return;
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !CREATED_AT_ONCE.contains(e.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    private static void apply(Connection connection, Migration migration) throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement record = connection.prepareStatement(
                        "insert into galley.migrations (module, version, name, checksum) values (?, ?, ?, ?)")) {
            // JDBC's {call ...} escapes are not part of SQL.
            statement.setEscapeProcessing(false);
            statement.execute(migration.sql());
            record.setString(1, migration.module());
            record.setInt(2, migration.version());
            record.setString(3, migration.name());
            record.setString(4, migration.checksum());
            record.execute();
            LOG.log(System.Logger.Level.DEBUG, "applied " + migration);
        } catch (SQLException e) {
            throw new PostgresException(
                    PostgresException.Kind.MIGRATION_FAILED,
                    "the migration " + migration + " failed, nothing was changed: " + e.getMessage(),
                    e);
        }
    }
}
