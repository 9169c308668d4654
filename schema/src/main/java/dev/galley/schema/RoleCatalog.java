package dev.galley.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the roles whose privileges count and the settings that each brings along. */
final class RoleCatalog {

    private static final String ASSUMABLE = """
            select rolname from pg_catalog.pg_roles
            where rolname !~ '^pg_' and pg_catalog.pg_has_role(oid, 'MEMBER')
            order by 1
            """;

    /*
     * A request sets these in its own transaction as the login, so only those count that the login may change there. Of a
     * role and the role in this database the latter wins, so it comes last. The role itself is the request's, never a setting,
     * and how statements are read and values written is agreed on when a connection is made (the wire client's Login).
     */
    private static final String SETTINGS = """
            select r.rolname, s.name, s.value
            from pg_catalog.pg_db_role_setting d
            join pg_catalog.pg_roles r on r.oid = d.setrole
            cross join lateral (
                select split_part(setting, '=', 1) as name, substr(setting, strpos(setting, '=') + 1) as value, position
                from unnest(d.setconfig) with ordinality as clause (setting, position)) s
            join pg_catalog.pg_settings g on lower(g.name) = lower(s.name)
            where r.rolname = any (?)
                and d.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
                and (g.context = 'user'
                    or g.context = 'superuser' and pg_catalog.has_parameter_privilege(current_user, g.name, 'SET'))
                and lower(s.name) not in ('role', 'session_authorization', 'client_encoding', 'datestyle', 'intervalstyle',
                    'extra_float_digits', 'bytea_output', 'standard_conforming_strings', 'backslash_quote')
            order by r.rolname, d.setdatabase, s.position
            """;

    private static final String ISOLATION = "default_transaction_isolation";

    /*
     * A level that a request names would take the place of the session's own, so the strictest that a session for requests may begin with
     * counts as the role's: of the server, of this database, and of the logins that may become one of the roles.
     */
    private static final String OWN_ISOLATION = """
            select level from (values ('repeatable read', 1), ('serializable', 2)) as known (level, strictness)
            where level in (
                select lower(reset_val) from pg_catalog.pg_settings
                where name = 'default_transaction_isolation' and source not in ('user', 'database user')
                union all
                select lower(substr(setting, strpos(setting, '=') + 1))
                from pg_catalog.pg_db_role_setting d
                left join pg_catalog.pg_roles l on l.oid = d.setrole
                cross join lateral unnest(d.setconfig) as setting
                where lower(split_part(setting, '=', 1)) = 'default_transaction_isolation'
                    and d.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
                    and (d.setrole = 0
                        or l.rolcanlogin and not l.rolsuper and exists (
                            select from pg_catalog.pg_roles r
                            where r.rolname = any (?) and r.oid <> l.oid and pg_catalog.pg_has_role(l.oid, r.oid, 'MEMBER'))))
            order by strictness desc limit 1
            """;

    private RoleCatalog() {}

    static Collection<String> roles(CatalogReader reader, Set<String> asked) throws SQLException {
        if (!asked.isEmpty()) {
            return asked;
        }
        List<String> roles = new ArrayList<>();
        reader.each(ASSUMABLE, List.of(), row -> roles.add(row.text()));
        return roles;
    }

    static Map<String, List<SchemaModel.RoleSetting>> settings(CatalogReader reader, Collection<String> roles)
            throws SQLException {
        Map<String, Map<String, SchemaModel.RoleSetting>> byRole = new LinkedHashMap<>();
        reader.each(SETTINGS, List.of(CatalogReader.texts(roles)), row -> {
            Map<String, SchemaModel.RoleSetting> settings =
                    byRole.computeIfAbsent(row.text(), any -> new LinkedHashMap<>());
            String name = row.text();
            settings.put(name, new SchemaModel.RoleSetting(name, row.text()));
        });
        reader.each(OWN_ISOLATION, List.of(CatalogReader.texts(roles)), row -> {
            SchemaModel.RoleSetting own = new SchemaModel.RoleSetting(ISOLATION, row.text());
            for (String role : roles)
                byRole.computeIfAbsent(role, any -> new LinkedHashMap<>()).putIfAbsent(ISOLATION, own);
        });
        Map<String, List<SchemaModel.RoleSetting>> lists = new LinkedHashMap<>();
        byRole.forEach((role, settings) -> lists.put(role, List.copyOf(settings.values())));
        return Map.copyOf(lists);
    }
}
