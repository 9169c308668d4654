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
        Map<String, List<SchemaModel.RoleSetting>> lists = new LinkedHashMap<>();
        byRole.forEach((role, settings) -> lists.put(role, List.copyOf(settings.values())));
        return Map.copyOf(lists);
    }
}
