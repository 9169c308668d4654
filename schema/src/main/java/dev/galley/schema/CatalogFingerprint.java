package dev.galley.schema;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Tells whether the catalog has changed since last time, for databases that do not announce it.
 *
 * <p>Every change of a catalog row is a new row version with a newer {@code xmin}, so the number of rows and the sum of their
 * {@code xmin} change with it. Rows of temporary tables come and go all the time and do not count.
 */
final class CatalogFingerprint {

    /** Oids from 16384 on are the users'; below are the system's own objects, which nobody changes. */
    private static final String QUERY = """
            with user_schemas as (
                select oid, xmin from pg_catalog.pg_namespace
                where nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and nspname !~ '^pg_(toast_)?temp_'
            ), relations as (
                select oid, xmin from pg_catalog.pg_class
                where relnamespace in (select oid from user_schemas) and relkind in ('r', 'p', 'v', 'm', 'f', 'c', 'i', 'I')
            )
            select pg_catalog.concat_ws(' ',
                (select (count(*), sum(xmin::text::bigint)) from user_schemas),
                (select (count(*), sum(xmin::text::bigint)) from relations),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_attribute
                 where attrelid in (select oid from relations)),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_proc
                 where pronamespace in (select oid from user_schemas)),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_constraint
                 where connamespace in (select oid from user_schemas)),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_rewrite
                 where ev_class in (select oid from relations)),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_trigger
                 where tgrelid in (select oid from relations)),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_attrdef
                 where adrelid in (select oid from relations)),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_type
                 where typtype <> 'c' and typnamespace in (select oid from user_schemas)),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_enum),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_cast where oid >= 16384),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_description where objoid >= 16384),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_db_role_setting),
                (select (count(*), sum(xmin::text::bigint)) from pg_catalog.pg_auth_members))
            """;

    private CatalogFingerprint() {}

    static String of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(QUERY)) {
            result.next();
            return result.getString(1);
        }
    }
}
