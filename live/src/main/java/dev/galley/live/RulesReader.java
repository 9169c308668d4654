package dev.galley.live;

import dev.galley.postgres.PlatformDatabase;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Reads {@link TableRules} from the catalog. Blocking. */
final class RulesReader {
    private static final String TABLE = """
        select n.nspname, c.relname, c.relrowsecurity,
               exists (select from pg_catalog.pg_publication_tables p
                        where p.pubname = ? and p.schemaname = n.nspname and p.tablename = c.relname)
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.oid = ?\
        """;

    private static final String COLUMNS = """
        select a.attname, t.typname, pg_catalog.format_type(a.atttypid, null), a.atttypid,
               exists (select from pg_catalog.pg_index i
                        where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey))
          from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
         where a.attrelid = ? and a.attnum > 0 and not a.attisdropped order by a.attnum\
        """;

    private static final String ROLE = """
        select r.rolsuper or r.rolbypassrls
                 or (not c.relforcerowsecurity and pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')),
               case when pg_catalog.has_schema_privilege(r.oid, c.relnamespace, 'USAGE') then
                 array(select a.attname::text from pg_catalog.pg_attribute a
                        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                          and pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT'))
               else '{}' end
          from pg_catalog.pg_roles r, pg_catalog.pg_class c
         where r.rolname = ? and c.oid = ?\
        """;

    private static final String POLICIES = """
        select p.oid, p.polpermissive, coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'true'),
               exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_policy'::regclass and d.objid = p.oid
                          and case d.refclassid
                                when 'pg_proc'::regclass then d.refobjid not in (
                                  select f.oid from pg_catalog.pg_proc f
                                   where f.pronamespace = (select oid from pg_catalog.pg_namespace where nspname = 'auth')
                                     and f.proname in ('uid', 'role', 'email', 'jwt') and f.pronargs = 0)
                                when 'pg_class'::regclass then exists (
                                  select from pg_catalog.pg_class k where k.oid = d.refobjid and k.relkind not in ('r', 'p'))
                                when 'pg_authid'::regclass then false
                                else true end),
               array(select d.refobjid::bigint from pg_catalog.pg_depend d
                      where d.classid = 'pg_policy'::regclass and d.objid = p.oid
                        and d.refclassid = 'pg_class'::regclass and d.refobjid <> p.polrelid)
          from pg_catalog.pg_policy p
         where p.polrelid = ? and p.polcmd in ('r', '*')
           and (p.polroles = '{0}' or exists (
                 select from unnest(p.polroles) m(role)
                  where pg_catalog.pg_has_role((select oid from pg_catalog.pg_roles where rolname = ?), m.role, 'USAGE')))\
        """;

    private static final String PUBLISHED = """
        select ((pg_catalog.quote_ident(schemaname) || '.' || pg_catalog.quote_ident(tablename))::regclass)::oid::bigint,
               schemaname, tablename
          from pg_catalog.pg_publication_tables where pubname = ?\
        """;

    private final PlatformDatabase database;
    private final String publication;

    RulesReader(PlatformDatabase database, String publication) {
        this.database = database;
        this.publication = publication;
    }

    /** A table of the publication. */
    record Published(int oid, String schema, String name) {}

    List<Published> published() throws SQLException {
        return database.transaction(connection -> {
            List<Published> tables = new ArrayList<>();
            try (PreparedStatement query = connection.prepareStatement(PUBLISHED)) {
                query.setString(1, publication);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        tables.add(new Published((int) rows.getLong(1), rows.getString(2), rows.getString(3)));
                    }
                }
            }
            return tables;
        });
    }

    TableRules table(int oid) throws SQLException {
        return inEmptyPath(connection -> {
            try (PreparedStatement query = connection.prepareStatement(TABLE)) {
                query.setString(1, publication);
                query.setLong(2, Integer.toUnsignedLong(oid));
                try (ResultSet row = query.executeQuery()) {
                    return row.next()
                            ? new TableRules(
                                    oid,
                                    row.getString(1),
                                    row.getString(2),
                                    row.getBoolean(4),
                                    row.getBoolean(3),
                                    columns(connection, oid),
                                    new ConcurrentHashMap<>())
                            : TableRules.missing(oid);
                }
            }
        });
    }

    private static List<TableRules.Column> columns(Connection connection, int oid) throws SQLException {
        ValueTypes types = new ValueTypes();
        List<TableRules.Column> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            query.setLong(1, Integer.toUnsignedLong(oid));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.add(new TableRules.Column(
                            rows.getString(1),
                            (int) rows.getLong(4),
                            rows.getString(2),
                            rows.getString(3),
                            types.of(connection, (int) rows.getLong(4)),
                            rows.getBoolean(5)));
                }
            }
        }
        return List.copyOf(columns);
    }

    TableRules.RoleRules role(TableRules table, String role) throws SQLException {
        return inEmptyPath(connection -> {
            try (PreparedStatement query = connection.prepareStatement(ROLE)) {
                query.setString(1, role);
                query.setLong(2, Integer.toUnsignedLong(table.oid()));
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) {
                        return new TableRules.RoleRules(Set.of(), false, Optional.empty(), Optional.empty());
                    }
                    boolean exempt = row.getBoolean(1) || !table.secured();
                    Set<String> selectable = Set.of((String[]) row.getArray(2).getArray());
                    if (exempt) {
                        return new TableRules.RoleRules(selectable, true, Optional.of(Set.of()), Optional.empty());
                    }
                    List<Policy> policies = policies(connection, table.oid(), role);
                    return new TableRules.RoleRules(
                            selectable,
                            false,
                            claims(connection, policies, role, new HashSet<>(Set.of(table.oid()))),
                            owner(policies));
                }
            }
        });
    }

    /**
     * @param opaque whether it depends on something that may look at anything
     * @param tables others that it reads
     */
    private record Policy(boolean permissive, String expression, boolean opaque, List<Integer> tables) {}

    private static List<Policy> policies(Connection connection, int table, String role) throws SQLException {
        List<Policy> policies = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(POLICIES)) {
            query.setLong(1, Integer.toUnsignedLong(table));
            query.setString(2, role);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    policies.add(new Policy(
                            rows.getBoolean(2), rows.getString(3), rows.getBoolean(4), oids(rows.getArray(5))));
                }
            }
        }
        return policies;
    }

    private static List<Integer> oids(Array array) throws SQLException {
        return Arrays.stream((Long[]) array.getArray()).map(Long::intValue).toList();
    }

    /** Of these policies and of those of the tables that they read, which apply to the caller too. */
    private static Optional<Set<String>> claims(
            Connection connection, List<Policy> policies, String role, Set<Integer> seen) throws SQLException {
        Set<String> claims = new HashSet<>();
        for (Policy policy : policies) {
            Optional<Set<String>> own = policy.opaque() ? Optional.empty() : PolicyText.claims(policy.expression());
            if (own.isEmpty()) {
                return Optional.empty();
            }
            claims.addAll(own.get());
            for (int table : policy.tables()) {
                if (!seen.add(table)) {
                    continue;
                }
                Optional<Set<String>> theirs = claims(connection, policies(connection, table, role), role, seen);
                if (theirs.isEmpty()) {
                    return Optional.empty();
                }
                claims.addAll(theirs.get());
            }
        }
        return Optional.of(Set.copyOf(claims));
    }

    /** Of the only policy that grants, or of one that restricts. */
    private static Optional<String> owner(List<Policy> policies) {
        List<Policy> granting = policies.stream().filter(Policy::permissive).toList();
        for (Policy policy : policies) {
            if (!policy.permissive() || granting.size() == 1) {
                Optional<String> owner = PolicyText.owner(policy.expression());
                if (owner.isPresent()) {
                    return owner;
                }
            }
        }
        return Optional.empty();
    }

    /** So that every name is printed with its schema. */
    private <T> T inEmptyPath(PlatformDatabase.Work<T> work) throws SQLException {
        return database.transaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("set local search_path = ''");
            }
            return work.in(connection);
        });
    }
}
