package dev.galley.identity;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a database has of the platform and what its login may do there. Asking needs no privileges and changes nothing.
 *
 * @param canBecomeApiRoles whether the login may act as anon, authenticated and service_role
 * @param hasPlatform whether our migrations have run
 * @param ownsPlatform whether the login may run more of them
 */
public record PlatformProbe(
        String login,
        boolean superuser,
        boolean mayCreateRoles,
        boolean mayCreateSchemas,
        boolean hasApiRoles,
        boolean canBecomeApiRoles,
        boolean hasAuthenticator,
        boolean hasPlatform,
        boolean ownsPlatform) {

    private static final String QUERY = """
            with api as (select oid from pg_roles where rolname in ('anon', 'authenticated', 'service_role'))
            select current_user,
                   me.rolsuper,
                   me.rolsuper or me.rolcreaterole,
                   has_database_privilege(current_database(), 'create'),
                   (select count(*) = 3 from api),
                   (select count(*) = 3 from api where pg_has_role(current_user, api.oid, 'member')),
                   exists (select from pg_roles where rolname = 'authenticator' and rolcanlogin),
                   coalesce(ours.oid is not null, false),
                   coalesce(pg_has_role(current_user, ours.relowner, 'usage'), false)
              from pg_roles as me
              left join (
                pg_class as ours join pg_namespace as galley on galley.oid = ours.relnamespace and galley.nspname = 'galley'
              ) on ours.relname = 'exposed_schemas'
             where me.rolname = current_user
            """;

    public static PlatformProbe of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            return new PlatformProbe(
                    row.getString(1),
                    row.getBoolean(2),
                    row.getBoolean(3),
                    row.getBoolean(4),
                    row.getBoolean(5),
                    row.getBoolean(6),
                    row.getBoolean(7),
                    row.getBoolean(8),
                    row.getBoolean(9));
        }
    }

    /** Whether every object that requests need is there or can be made. */
    boolean canHavePlatform() {
        return (hasPlatform ? ownsPlatform : mayCreateSchemas) && (hasApiRoles ? canBecomeApiRoles : mayCreateRoles);
    }

    /** Whether requests can be served although another login looks after the platform. */
    boolean canUsePlatform() {
        return hasPlatform && canBecomeApiRoles;
    }
}
