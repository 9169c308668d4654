package dev.galley.server;

import dev.galley.postgres.PlatformDatabase;
import dev.galley.schema.Identifiers;
import dev.galley.schema.QualifiedName;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Layer;
import dev.galley.settings.SettingsReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Settings that stand in the database, as PostgREST has them: those of the login for requests ({@code ALTER ROLE authenticator SET
 * pgrst.db_schemas = 'api'}) and those that a function sets. Only what the API itself does can be set there.
 *
 * @param enabled whether they are looked for
 * @param function that is called first and may set some, as schema.name or on the search path
 */
record DatabaseConfig(boolean enabled, Optional<String> function) {
    private static final System.Logger LOG = System.getLogger(DatabaseConfig.class.getName());
    private static final String APP = "app.settings.";

    /** What is read again while the program runs; the rest is about sockets and connections. */
    private static final Set<String> GROUPS = Set.of("api", "auth", "query", "rest");

    private static final String OF_ROLE = """
            select substr(split_part(setting, '=', 1), 7), substr(setting, strpos(setting, '=') + 1)
            from pg_catalog.pg_db_role_setting d
            join pg_catalog.pg_roles r on r.oid = d.setrole
            cross join lateral unnest(d.setconfig) as setting
            where r.rolname = ? and setting like 'pgrst.%'
                and d.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
            order by d.setdatabase
            """;

    static DatabaseConfig from(SettingsReader reader) {
        return new DatabaseConfig(
                reader.flag(
                        "database.config",
                        true,
                        "Whether settings are also taken from the database: ALTER ROLE (the login for requests) SET pgrst.NAME."),
                reader.optionalText(
                        "database.pre-config",
                        "A function, as schema.name, that sets further settings (set_config('pgrst.NAME', ...)) whenever they are read."));
    }

    /** What stands there now. */
    Optional<Layer> read(PlatformDatabase database, String login) throws SQLException {
        if (!enabled) {
            return Optional.empty();
        }
        FlagLayer layer = new FlagLayer();
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            try {
                readRole(connection, login, layer);
                if (function.isPresent()) {
                    readFunction(connection, function.get(), layer);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        return Optional.of(PostgrestNames.in(layer));
    }

    private static void readRole(Connection connection, String login, FlagLayer into) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_ROLE)) {
            statement.setString(1, login);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    take(rows.getString(1), rows.getString(2), "ALTER ROLE " + login, into);
                }
            }
        }
    }

    private static void readFunction(Connection connection, String function, FlagLayer into) throws SQLException {
        int dot = function.indexOf('.');
        String name = dot < 0
                ? Identifiers.quote(function)
                : new QualifiedName(function.substring(0, dot), function.substring(dot + 1)).sql();
        try (Statement call = connection.createStatement()) {
            call.execute("select " + name + "()");
        }
        List<String> names = PostgrestNames.ALIASES.stream()
                .map(alias -> alias.name().replace('-', '_'))
                .toList();
        try (PreparedStatement statement = connection.prepareStatement(
                "select name, current_setting('pgrst.' || name, true) from unnest(?) as name")) {
            statement.setArray(1, connection.createArrayOf("text", names.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Optional<String> value = Optional.ofNullable(rows.getString(2));
                    if (value.isPresent() && !value.get().isEmpty()) {
                        take(rows.getString(1), value.get(), function + "()", into);
                    }
                }
            }
        }
    }

    private static void take(String name, String value, String origin, FlagLayer into) {
        if (name.startsWith(APP)) {
            into.flag(origin, name, value);
            return;
        }
        String alias = name.replace('_', '-');
        boolean ours = PostgrestNames.ALIASES.stream()
                .filter(known -> known.name().equals(alias))
                .anyMatch(known ->
                        GROUPS.contains(known.key().substring(0, known.key().indexOf('.'))));
        if (ours) {
            into.flag(origin + ": pgrst." + name, alias, value);
        } else {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: pgrst.{1} is no setting that can stand in the database",
                    origin,
                    name);
        }
    }
}
