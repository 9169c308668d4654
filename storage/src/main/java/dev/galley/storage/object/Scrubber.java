package dev.galley.storage.object;

import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import dev.galley.storage.backend.MissingObject;
import dev.galley.storage.backend.ObjectStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Compares rows and bytes: reads every object whole, finds those that are damaged or gone, and bytes that are nobody's. */
public final class Scrubber {
    private static final int PAGE = 500;
    private static final int AT_ONCE = 1000;

    private static final String OBJECTS = """
            select bucket_id || '/' || name, version
              from storage.objects where version > ? order by version limit %d
            """.formatted(PAGE);
    private static final String KNOWN = """
            select version from storage.objects where version = any (?)
            union all select version from galley.object_garbage where version = any (?)
            """;

    private final PlatformDatabase database;
    private final ObjectStore store;
    private final long settledSeconds;

    /** @param settledSeconds younger bytes may be of an upload under way */
    public Scrubber(PlatformDatabase database, ObjectStore store, long settledSeconds) {
        this.database = database;
        this.store = store;
        this.settledSeconds = settledSeconds;
    }

    /**
     * What was found.
     *
     * @param whole how many objects have the bytes that were written
     * @param damaged bucket and name of objects whose bytes are others
     * @param missing bucket and name of objects without bytes
     * @param orphans versions that have bytes and neither a row nor a time to be deleted
     */
    public record Report(long whole, List<String> damaged, List<String> missing, List<String> orphans) {}

    /** @param delete whether orphans are deleted */
    public Report scrub(boolean delete) throws SQLException, IOException {
        List<String> damaged = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        long whole = 0;
        for (Entry object : objects()) {
            try {
                if (store.verify(object.version())) {
                    whole++;
                } else {
                    damaged.add(object.name());
                }
            } catch (MissingObject gone) {
                // It may have been deleted or replaced since the list was made.
                if (known(List.of(object.version())).contains(object.version())) {
                    missing.add(object.name());
                }
            }
        }
        List<String> orphans = orphans();
        if (delete) {
            for (String orphan : orphans) {
                store.delete(orphan);
            }
        }
        return new Report(whole, damaged, missing, orphans);
    }

    private record Entry(String name, String version) {}

    private List<Entry> objects() throws SQLException {
        List<Entry> all = new ArrayList<>();
        String last = "";
        try (Connection connection = database.connection()) {
            while (true) {
                List<Entry> page =
                        Sql.of(OBJECTS, last).list(connection, row -> new Entry(row.getString(1), row.getString(2)));
                all.addAll(page);
                if (page.size() < PAGE) {
                    return all;
                }
                last = page.getLast().version();
            }
        }
    }

    private List<String> orphans() throws SQLException, IOException {
        List<String> orphans = new ArrayList<>();
        List<String> batch = new ArrayList<>();
        List<List<String>> batches = new ArrayList<>();
        Consumer<ObjectStore.Stored> gather = stored -> {
            if (stored.ageSeconds() >= settledSeconds) {
                batch.add(stored.version());
            }
            if (batch.size() == AT_ONCE) {
                batches.add(List.copyOf(batch));
                batch.clear();
            }
        };
        store.forEach(gather);
        batches.add(List.copyOf(batch));
        for (List<String> each : batches) {
            Set<String> known = known(each);
            each.stream().filter(version -> !known.contains(version)).forEach(orphans::add);
        }
        return orphans;
    }

    private Set<String> known(List<String> versions) throws SQLException {
        try (Connection connection = database.connection()) {
            var array = connection.createArrayOf("text", versions.toArray());
            return new HashSet<>(Sql.of(KNOWN, array, array).list(connection, row -> row.getString(1)));
        }
    }
}
