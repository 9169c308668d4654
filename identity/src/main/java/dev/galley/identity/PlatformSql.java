package dev.galley.identity;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of the platform's SQL that follows the settings and not the version: which schemas are exposed, and what becomes
 * of new objects in them. Applied at every start after the migrations ({@link IdentityMigrations}); applying it again is nothing.
 */
public final class PlatformSql {
    private static final String API_ROLES = "anon, authenticated, service_role";

    private PlatformSql() {}

    /** In one transaction; nodes that start at once do it one after the other. The connection must be in autocommit mode. */
    public static void apply(Connection connection, PlatformSettings settings) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table galley.exposed_schemas in share row exclusive mode");
            guard(connection, settings);
            for (String creator : creators(statement)) {
                for (String change : defaultPrivileges(creator, settings.autoExposeNewTables())) {
                    statement.execute(change);
                }
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static void guard(Connection connection, PlatformSettings settings) throws SQLException {
        try (PreparedStatement remove =
                        connection.prepareStatement("delete from galley.exposed_schemas where name <> all (?)");
                PreparedStatement add = connection.prepareStatement(
                        "insert into galley.exposed_schemas as known (name, secure_tables, private_functions, id)"
                                + " values (?, ?, ?, to_regnamespace(quote_ident(?))) on conflict (name) do update"
                                + " set secure_tables = excluded.secure_tables, private_functions = excluded.private_functions,"
                                + " id = excluded.id"
                                + " where (known.secure_tables, known.private_functions, known.id)"
                                + " is distinct from (excluded.secure_tables, excluded.private_functions, excluded.id)")) {
            remove.setArray(
                    1,
                    connection.createArrayOf("text", settings.exposedSchemas().toArray()));
            remove.executeUpdate();
            for (String schema : settings.exposedSchemas()) {
                add.setString(1, schema);
                add.setBoolean(2, settings.autoEnableRowSecurity());
                add.setBoolean(3, !settings.autoExposeNewTables());
                add.setString(4, schema);
                add.executeUpdate();
            }
        }
    }

    /** Who makes the users' tables: this login, and the role of their migrations where the login may act for it. */
    private static List<String> creators(Statement statement) throws SQLException {
        List<String> creators = new ArrayList<>();
        try (ResultSet rows =
                statement.executeQuery("select quote_ident(rolname) from pg_roles where rolname = current_user"
                        + " or (rolname = 'postgres' and pg_has_role(current_user, oid, 'usage')) order by 1")) {
            while (rows.next()) {
                creators.add(rows.getString(1));
            }
        }
        return creators;
    }

    /**
     * PUBLIC may execute new functions unless that is revoked for the database as a whole: a revocation for one schema has no
     * effect. Of superusers it is not revoked, since the functions of the extensions they make would be nobody's then; the
     * guard of the exposed schemas takes care of theirs.
     */
    private static List<String> defaultPrivileges(String creator, boolean open) {
        String forRole = "alter default privileges for role " + creator;
        Stream<String> objects = Stream.of("tables", "sequences", "functions")
                .map(kind -> forRole + " in schema public "
                        + (open ? "grant all on " + kind + " to " : "revoke all on " + kind + " from ")
                        + API_ROLES);
        String publicly = """
                do $$
                begin
                  if %2$s or not (select rolsuper from pg_roles where quote_ident(rolname) = '%3$s') then
                    %1$s;
                  end if;
                end
                $$""".formatted(
                forRole + (open ? " grant execute on functions to public" : " revoke execute on functions from public"),
                open,
                creator.replace("'", "''"));
        return Stream.concat(objects, Stream.of(publicly)).collect(Collectors.toList());
    }
}
