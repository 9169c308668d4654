package dev.galley.storage;

import dev.galley.postgres.Migration;
import java.util.ArrayList;
import java.util.List;

/** The tables of the service, in the order in which they are made. */
public final class StorageMigrations {
    private static final List<String> NAMES = List.of("001_tables", "002_functions", "003_rules", "004_tus");

    private StorageMigrations() {}

    public static List<Migration> all() {
        List<Migration> all = new ArrayList<>();
        for (String name : NAMES) {
            all.add(Migration.resource(
                    StorageMigrations.class,
                    "storage",
                    all.size() + 1,
                    name.substring(4),
                    "migrations/" + name + ".sql"));
        }
        return List.copyOf(all);
    }
}
