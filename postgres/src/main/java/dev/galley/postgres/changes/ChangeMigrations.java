package dev.galley.postgres.changes;

import dev.galley.postgres.Migration;
import java.util.List;

/** What the stream needs in the database. */
public final class ChangeMigrations {
    private ChangeMigrations() {}

    public static List<Migration> all() {
        return List.of(Migration.resource(ChangeMigrations.class, "changes", 1, "leases", "migrations/001_leases.sql"));
    }
}
