package dev.galley.realtime;

import dev.galley.postgres.Migration;
import java.util.ArrayList;
import java.util.List;

/** The tables and functions of the service, in the order in which they are made. */
public final class RealtimeMigrations {
    private static final List<String> NAMES = List.of("001_messages", "002_nodes");

    private RealtimeMigrations() {}

    public static List<Migration> all() {
        List<Migration> all = new ArrayList<>();
        for (String name : NAMES) {
            all.add(Migration.resource(
                    RealtimeMigrations.class,
                    "realtime",
                    all.size() + 1,
                    name.substring(4),
                    "migrations/" + name + ".sql"));
        }
        return List.copyOf(all);
    }
}
