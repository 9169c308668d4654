package dev.galley.storage.bucket;

import dev.galley.identity.StrictJson;
import dev.galley.storage.database.Query;
import dev.galley.storage.database.Row;
import dev.galley.storage.database.Session;
import dev.galley.storage.error.StorageError;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds buckets for the service itself, whoever asks: what a bucket's rules are is no secret to them. */
public final class Buckets {
    private static final String FIND = """
            select public, file_size_limit, to_json(coalesce(allowed_mime_types, '{}')) from storage.buckets where id = $1
            """;

    private Buckets() {}

    public static Optional<Bucket> find(Session session, String id) {
        return session.readAsService(Query.of(FIND).with(id)).stream()
                .findFirst()
                .map(row -> bucket(id, row));
    }

    /** @throws dev.galley.storage.error.StorageException when there is none */
    public static Bucket required(Session session, String id) {
        return find(session, id).orElseThrow(() -> StorageError.noSuchBucket().thrown());
    }

    private static Bucket bucket(String id, Row row) {
        List<String> types = StrictJson.read(row.text(2))
                .valueStream()
                .map(type -> type.stringValue())
                .toList();
        OptionalLong limit =
                row.maybe(1).map(Long::parseLong).map(OptionalLong::of).orElseGet(OptionalLong::empty);
        return new Bucket(id, row.flag(0), limit, types);
    }
}
