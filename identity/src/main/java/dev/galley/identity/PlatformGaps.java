package dev.galley.identity;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a database lacks of the platform because its login may not make it: each gap says what does not work, and the remedy. */
public final class PlatformGaps {

    /**
     * One thing that is missing.
     *
     * @param effect what is different from a full platform
     * @param remedy what a database administrator would run
     */
    public record Gap(Kind kind, String effect, String remedy) {}

    /** What is missing. */
    public enum Kind {
        SERVICE_ROLE_UNDER_ROW_SECURITY,
        NEW_TABLES_UNGUARDED,
        SCHEMA_CHANGES_POLLED,
        EXTENSION_MISSING,
        AUTH_FUNCTIONS_MISSING,
        PUBLIC_MAY_CREATE,
        PUBLICATION_MISSING
    }

    private static final String QUERY = """
            select 'SERVICE_ROLE_UNDER_ROW_SECURITY',
                   'service_role is subject to row level security',
                   'alter role service_role bypassrls'
             where exists (select from pg_roles where rolname = 'service_role' and not rolbypassrls)
            union all
            select 'NEW_TABLES_UNGUARDED',
                   'new tables in exposed schemas do not get row level security by themselves',
                   'create event trigger galley_guard_new_objects on ddl_command_end execute function galley.guard_new_objects()'
             where not exists (select from pg_event_trigger where evtname = 'galley_guard_new_objects' and evtenabled <> 'D')
            union all
            select 'SCHEMA_CHANGES_POLLED',
                   'changes of the schema are noticed late',
                   'create event trigger pgrst_ddl_watch on ddl_command_end execute function galley.pgrst_ddl_watch();'
                     || ' create event trigger pgrst_drop_watch on sql_drop execute function galley.pgrst_drop_watch()'
             where (select count(*) < 2 from pg_event_trigger where evtname in ('pgrst_ddl_watch', 'pgrst_drop_watch'))
            union all
            select 'EXTENSION_MISSING',
                   format('the extension %s is missing', name),
                   format('create extension %I with schema extensions', name)
              from unnest(array['pgcrypto', 'uuid-ossp']) as name
             where not exists (select from pg_extension where extname = name)
            union all
            select 'AUTH_FUNCTIONS_MISSING',
                   format('%s is missing: policies that call it fail', name),
                   'give the schema auth to the login of Galley'
              from unnest(array['auth.uid()', 'auth.role()', 'auth.email()', 'auth.jwt()']) as name
             where to_regprocedure(name) is null
            union all
            select 'PUBLIC_MAY_CREATE',
                   'every role may create objects in the schema public and so shadow functions',
                   'revoke create on schema public from public'
             where exists (
               select from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) as acl
                where nspname = 'public' and acl.grantee = 0 and acl.privilege_type = 'CREATE')
            union all
            select 'PUBLICATION_MISSING',
                   'the publication supabase_realtime is missing',
                   'create publication supabase_realtime'
             where not exists (select from pg_publication where pubname = 'supabase_realtime')
            """;

    private PlatformGaps() {}

    public static List<Gap> of(Connection connection) throws SQLException {
        List<Gap> gaps = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(QUERY)) {
            while (rows.next()) {
                gaps.add(new Gap(Kind.valueOf(rows.getString(1)), rows.getString(2), rows.getString(3)));
            }
        }
        return gaps;
    }
}
