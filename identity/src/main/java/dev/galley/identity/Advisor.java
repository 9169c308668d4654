package dev.galley.identity;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds what is open to strangers and most likely should not be: a sentence for each, to be shown at start. */
public final class Advisor {

    private static final String QUERY = """
            select format('The table %s can be reached without a sign-in and has no row level security.', c.oid::regclass)
              from pg_class as c
              join pg_namespace as n on n.oid = c.relnamespace
             where n.nspname = any (?)
               and c.relkind in ('r', 'p', 'm', 'f')
               and not c.relrowsecurity
               and has_schema_privilege('anon', n.oid, 'usage')
               and has_table_privilege('anon', c.oid, 'select, insert, update, delete')
               and not exists (select from pg_depend as d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
            union all
            select format('The view %s can be reached without a sign-in and reads with the rights of its owner;'
                          ' set security_invoker on it.', c.oid::regclass)
              from pg_class as c
              join pg_namespace as n on n.oid = c.relnamespace
             where n.nspname = any (?)
               and c.relkind = 'v'
               and not coalesce(c.reloptions, '{}') && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1']
               and has_schema_privilege('anon', n.oid, 'usage')
               and has_table_privilege('anon', c.oid, 'select')
               and not exists (select from pg_depend as d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
            union all
            select format('The function %s can be called without a sign-in and runs with the rights of its owner.', p.oid::regprocedure)
              from pg_proc as p
              join pg_namespace as n on n.oid = p.pronamespace
             where n.nspname = any (?)
               and p.prosecdef
               and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
               and has_schema_privilege('anon', n.oid, 'usage')
               and has_function_privilege('anon', p.oid, 'execute')
               and not exists (select from pg_depend as d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
             order by 1
            """;

    private Advisor() {}

    /** For a database with the platform's roles. */
    public static List<String> warnings(Connection connection, List<String> exposedSchemas) throws SQLException {
        List<String> warnings = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            for (int i = 1; i <= 3; i++) {
                statement.setArray(i, connection.createArrayOf("text", exposedSchemas.toArray()));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    warnings.add(rows.getString(1));
                }
            }
        }
        return warnings;
    }
}
