package dev.galley.storage.bucket;

import dev.galley.identity.StrictJson;
import dev.galley.storage.database.Query;
import dev.galley.storage.database.Row;
import dev.galley.storage.edge.JsonBody;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.StorageRequest;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.error.StorageException;
import dev.galley.storage.object.ObjectNames;
import dev.galley.storage.object.Times;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates, shows, changes, empties and deletes buckets, as the caller: row level security decides. */
public final class BucketEndpoints {
    private static final String JSON =
            "json_build_object('id', b.id, 'name', b.name, 'owner', coalesce(b.owner::text, ''),"
                    + " 'public', b.public, 'type', b.type, 'file_size_limit', b.file_size_limit, 'allowed_mime_types', b.allowed_mime_types,"
                    + " 'created_at', " + Times.sql("b.created_at") + ", 'updated_at', " + Times.sql("b.updated_at")
                    + ")";
    private static final String GET = "select " + JSON + " from storage.buckets as b where b.id = $1";
    private static final Map<String, String> SORT_COLUMNS =
            Map.of("id", "b.id", "name", "b.name", "created_at", "b.created_at", "updated_at", "b.updated_at");
    private static final String CREATE = """
            insert into storage.buckets (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
            values ($1, $2, case when $3 ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then $3::uuid end, $3,
                    $4::boolean, $5::bigint, $6::text[])
            """;
    private static final String UPDATE = """
            update storage.buckets
               set public = coalesce($2::boolean, public),
                   file_size_limit = case when $3::boolean then $4::bigint else file_size_limit end,
                   allowed_mime_types = case when $5::boolean then $6::text[] else allowed_mime_types end,
                   updated_at = now()
             where id = $1 returning id
            """;
    private static final String DELETE = "delete from storage.buckets where id = $1 returning id";
    private static final int EMPTIED_AT_ONCE = 1000;
    private static final String EMPTY = """
            delete from storage.objects
             where id in (select id from storage.objects where bucket_id = $1 and created_at <= $2::timestamptz limit %d) returning 1
            """.formatted(EMPTIED_AT_ONCE);
    private static final int MOST_LISTED = 10_000;

    private final long fileSizeLimit;

    /** @param fileSizeLimit that no bucket may exceed */
    public BucketEndpoints(long fileSizeLimit) {
        this.fileSizeLimit = fileSizeLimit;
    }

    public Reply create(StorageRequest request) {
        JsonBody body = request.json();
        String name = ObjectNames.requireBucket(body.required("name"));
        String id = ObjectNames.requireBucket(body.text("id").orElse(name));
        if (!body.choice("type", "STANDARD", "ANALYTICS").equals("STANDARD")) {
            throw StorageError.notEnabled("ANALYTICS").thrown();
        }
        try {
            request.session()
                    .change(Query.of(CREATE)
                            .with(id)
                            .with(name)
                            .with(request.owner())
                            .with(body.flag("public").orElse(false))
                            .with(fileSizeLimit(body))
                            .with(mimeTypes(body)));
        } catch (StorageException refused) {
            throw refused.error().code().equals("ResourceAlreadyExists")
                    ? StorageError.bucketAlreadyExists().thrown()
                    : refused;
        }
        return Reply.json(StrictJson.newObject().put("name", name));
    }

    public Reply get(StorageRequest request) {
        return request.session().read(Query.of(GET).with(request.bucket())).stream()
                .findFirst()
                .map(row -> Reply.json(row.text(0)))
                .orElseThrow(() -> StorageError.noSuchBucket().thrown());
    }

    public Reply list(StorageRequest request) {
        String column = request.query("sortColumn").orElse("id");
        String order = request.query("sortOrder").orElse("asc");
        if (!SORT_COLUMNS.containsKey(column) || !List.of("asc", "desc").contains(order)) {
            throw StorageError.malformed("querystring/sortColumn must be equal to one of the allowed values")
                    .thrown();
        }
        // Everything that is put together here is from the lists above.
        String sql = "select coalesce(json_agg(json), '[]') from (select " + JSON
                + " as json from storage.buckets as b where strpos(lower(b.name), lower($1)) > 0 order by "
                + SORT_COLUMNS.get(column) + " " + order + " limit $2::int offset $3::int) as page";
        List<Row> page = request.session()
                .read(Query.of(sql)
                        .with(request.query("search").orElse(""))
                        .with(Math.min(request.number("limit", MOST_LISTED, 1), MOST_LISTED))
                        .with(request.number("offset", 0, 0)));
        return Reply.json(page.getFirst().text(0));
    }

    public Reply update(StorageRequest request) {
        JsonBody body = request.json();
        if (!body.has("public") && !body.has("file_size_limit") && !body.has("allowed_mime_types")) {
            throw StorageError.malformed("body must have required property 'public'")
                    .thrown();
        }
        List<Row> updated = request.session()
                .change(Query.of(UPDATE)
                        .with(request.bucket())
                        .with(body.flag("public").map(String::valueOf))
                        .with(body.has("file_size_limit"))
                        .with(fileSizeLimit(body))
                        .with(body.has("allowed_mime_types"))
                        .with(mimeTypes(body)));
        if (updated.isEmpty()) {
            throw StorageError.noSuchBucket().thrown();
        }
        return Reply.message("Successfully updated");
    }

    public Reply delete(StorageRequest request) {
        List<Row> deleted;
        try {
            deleted = request.session().change(Query.of(DELETE).with(request.bucket()));
        } catch (StorageException refused) {
            throw refused.error().code().equals("ResourceReferenced")
                    ? StorageError.bucketNotEmpty().thrown()
                    : refused;
        }
        if (deleted.isEmpty()) {
            throw StorageError.noSuchBucket().thrown();
        }
        return Reply.message("Successfully deleted");
    }

    /** Deletes what the caller may delete and what was there when it was asked for. */
    public Reply empty(StorageRequest request) {
        List<Row> found = request.session()
                .read(Query.of("select now() from storage.buckets where id = $1")
                        .with(request.bucket()));
        if (found.isEmpty()) {
            throw StorageError.noSuchBucket().thrown();
        }
        Query batch =
                Query.of(EMPTY).with(request.bucket()).with(found.getFirst().text(0));
        while (request.session().change(batch).size() == EMPTIED_AT_ONCE) {
            if (Thread.currentThread().isInterrupted()) {
                throw StorageError.databaseTimeout().thrown();
            }
        }
        return Reply.message("Empty bucket has been queued. Completion may take up to an hour.");
    }

    private Optional<String> fileSizeLimit(JsonBody body) {
        boolean written =
                body.value("file_size_limit").filter(value -> value.isString()).isPresent();
        Optional<Long> limit =
                written ? body.text("file_size_limit").map(FileSizes::parse) : body.number("file_size_limit", 0);
        if (limit.orElse(0L) > fileSizeLimit) {
            throw StorageError.entityTooLarge("object").thrown();
        }
        return limit.map(String::valueOf);
    }

    private static Optional<String> mimeTypes(JsonBody body) {
        return body.texts("allowed_mime_types").map(types -> {
            types.stream().filter(type -> !type.isEmpty()).forEach(MimeTypes::require);
            return Query.array(types.stream().filter(type -> !type.isEmpty()).toList());
        });
    }
}
