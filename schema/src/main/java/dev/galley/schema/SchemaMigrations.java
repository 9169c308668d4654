package dev.galley.schema;

import dev.galley.postgres.Migration;
import java.util.List;

/** The database objects that belong to the schema model. */
public final class SchemaMigrations {
    private SchemaMigrations() {}

    public static List<Migration> all() {
        return List.of(Migration.resource(
                SchemaMigrations.class, "schema", 1, "reload on DDL", "migrations/0001_reload_on_ddl.sql"));
    }
}
