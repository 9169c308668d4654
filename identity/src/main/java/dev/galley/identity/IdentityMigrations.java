package dev.galley.identity;

import dev.galley.postgres.Migration;
import dev.galley.schema.DdlWatch;
import java.util.ArrayList;
import java.util.List;

/** The platform's roles, schemas, functions for policies and safe defaults, in the order in which they are made. */
public final class IdentityMigrations {
    private static final String SCHEMA_WATCH = "005_schema_watch";
    private static final List<String> NAMES = List.of(
            "001_roles",
            "002_schemas",
            "003_auth_functions",
            "004_safe_defaults",
            SCHEMA_WATCH,
            "006_publication",
            "007_guard_moved_objects",
            "008_guard_renamed_schemas");

    private IdentityMigrations() {}

    public static List<Migration> all() {
        List<Migration> all = new ArrayList<>();
        for (String name : NAMES) {
            int version = all.size() + 1;
            all.add(
                    name.equals(SCHEMA_WATCH)
                            ? DdlWatch.migration("identity", version)
                            : Migration.resource(
                                    IdentityMigrations.class,
                                    "identity",
                                    version,
                                    name.substring(4),
                                    "migrations/" + name + ".sql"));
        }
        return List.copyOf(all);
    }
}
