package dev.galley.storage.bucket;

import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import dev.galley.settings.SettingsException;
import dev.galley.storage.database.Query;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Buckets that the settings ask for ({@code storage.buckets.NAME.public}): they are made, or made so, at every start. */
public final class BucketSeeds {
    private static final List<String> KNOWN = List.of("public", "file_size_limit", "allowed_mime_types");
    private static final String MAKE = """
            insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
            values (?, ?, ?, ?::bigint, ?::text[])
            on conflict (id) do update
              set public = excluded.public, file_size_limit = excluded.file_size_limit,
                  allowed_mime_types = excluded.allowed_mime_types, updated_at = now()
              where (buckets.public, buckets.file_size_limit, buckets.allowed_mime_types)
                is distinct from (excluded.public, excluded.file_size_limit, excluded.allowed_mime_types)
            """;

    private final Map<String, Map<String, String>> wanted = new TreeMap<>();

    /** @param table what stands below {@code storage.buckets.}, by the rest of its key: {@code images.public} */
    public BucketSeeds(Map<String, String> table) {
        for (String key : new TreeSet<>(table.keySet())) {
            int dot = key.lastIndexOf('.');
            String field = key.substring(dot + 1).replace('-', '_');
            if (dot < 1 || !KNOWN.contains(field)) {
                throw new SettingsException("storage.buckets." + key + ": there is " + String.join(", ", KNOWN)
                        + " of a bucket, after its name");
            }
            wanted.computeIfAbsent(key.substring(0, dot), _ -> new TreeMap<>()).put(field, table.getOrDefault(key, ""));
        }
    }

    public boolean isEmpty() {
        return wanted.isEmpty();
    }

    public void make(PlatformDatabase database) throws SQLException {
        database.transaction(connection -> {
            for (Map.Entry<String, Map<String, String>> each : wanted.entrySet()) {
                Map<String, String> fields = each.getValue();
                int _ = Sql.of(
                                MAKE,
                                each.getKey(),
                                each.getKey(),
                                Boolean.parseBoolean(fields.getOrDefault("public", "false")),
                                Optional.ofNullable(fields.get("file_size_limit"))
                                        .map(BucketSeeds::bytes),
                                Optional.ofNullable(fields.get("allowed_mime_types"))
                                        .map(BucketSeeds::types))
                        .update(connection);
            }
            return wanted.size();
        });
    }

    /** Written as other tools do: {@code 50MiB} is of powers of two. */
    private static String bytes(String text) {
        String binary = text.replaceAll("(?i)([kmg])ib$", "$1B");
        long decimal = FileSizes.parse(binary.matches("[0-9]+") ? binary + "B" : binary);
        if (binary.equals(text)) {
            return Long.toString(decimal);
        }
        int power = switch (Character.toLowerCase(binary.charAt(binary.length() - 2))) {
            case 'k' -> 1;
            case 'm' -> 2;
            default -> 3;
        };
        return Long.toString(Math.round(decimal * Math.pow(1024.0 / 1000, power)));
    }

    private static String types(String text) {
        return Query.array(Stream.of(text.split(","))
                .map(String::strip)
                .filter(type -> !type.isEmpty())
                .toList());
    }
}
