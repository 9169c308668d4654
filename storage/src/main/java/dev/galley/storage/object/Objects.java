package dev.galley.storage.object;

import dev.galley.storage.database.Query;
import dev.galley.storage.database.Row;
import dev.galley.storage.database.Session;
import dev.galley.storage.error.StorageError;
import java.util.Optional;

/** Finds the rows of objects. */
public final class Objects {
    private static final String FIND =
            "select " + StoredObject.COLUMNS + " from storage.objects as o where o.bucket_id = $1 and o.name = $2";

    private static final String FIND_OPEN = "select b.public, " + StoredObject.COLUMNS
            + " from storage.buckets as b left join storage.objects as o on o.bucket_id = b.id and o.name = $2 where b.id = $1";

    /** A row as the protocol shows it. */
    static final String JSON =
            "json_build_object('name', o.name, 'bucket_id', o.bucket_id, 'owner', coalesce(o.owner::text, ''),"
                    + " 'owner_id', coalesce(o.owner_id, ''), 'version', o.version, 'id', o.id, 'updated_at', "
                    + Times.sql("o.updated_at")
                    + ", 'created_at', " + Times.sql("o.created_at") + ", 'last_accessed_at', "
                    + Times.sql("o.last_accessed_at")
                    + ", 'metadata', o.metadata, 'user_metadata', o.user_metadata)";

    private Objects() {}

    /**
     * As the caller may see it.
     *
     * @throws dev.galley.storage.error.StorageException when there is none for the caller
     */
    public static StoredObject visible(Session session, String bucket, String key) {
        return session.read(Query.of(FIND).with(bucket).with(key)).stream()
                .findFirst()
                .map(StoredObject::of)
                .orElseThrow(() -> StorageError.noSuchKey().thrown());
    }

    /** Whoever asks. */
    public static Optional<StoredObject> find(Session session, String bucket, String key) {
        return session.readAsService(Query.of(FIND).with(bucket).with(key)).stream()
                .findFirst()
                .map(StoredObject::of);
    }

    /**
     * Of a public bucket, in one statement.
     *
     * @throws dev.galley.storage.error.StorageException when there is none, or the bucket is not public
     */
    static StoredObject findOpen(Session session, String bucket, String key) {
        Row row = session.readAsService(Query.of(FIND_OPEN).with(bucket).with(key)).stream()
                .findFirst()
                .filter(found -> found.flag(0))
                .orElseThrow(() -> StorageError.noSuchBucket().thrown());
        if (row.maybe(1).isEmpty()) {
            throw StorageError.noSuchKey().thrown();
        }
        return StoredObject.of(new Row(row.columns().subList(1, row.columns().size())));
    }
}
