package dev.galley.schema;

import dev.galley.postgres.Migration;

/** The event triggers that announce changes of the schema, for {@link LiveSchemaCache} to hear of them. */
public final class DdlWatch {
    private DdlWatch() {}

    /** A step among the migrations of the module that makes the platform's objects; the schema {@code galley} must be there. */
    public static Migration migration(String module, int version) {
        return Migration.resource(DdlWatch.class, module, version, "schema_watch", "ddl_watch.sql");
    }
}
