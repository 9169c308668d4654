package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import dev.galley.storage.backend.MissingObject;
import dev.galley.storage.backend.ObjectStore;
import dev.galley.storage.bucket.Bucket;
import dev.galley.storage.bucket.Buckets;
import dev.galley.storage.database.Query;
import dev.galley.storage.database.Row;
import dev.galley.storage.edge.JsonBody;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.StorageRequest;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.error.StorageException;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/** Copies, moves and deletes objects, under the caller's rights. */
public final class ChangeEndpoints {
    private static final int MOST_DELETED = 1000;
    private static final String DELETE = "with gone as (delete from storage.objects as o where o.bucket_id = $1"
            + " and o.name = any ($2::text[]) returning " + Objects.JSON
            + " as json) select coalesce(json_agg(json), '[]'), count(*) from gone";
    private static final String MOVE = """
            update storage.objects
               set name = $3, bucket_id = $4, owner_id = coalesce($5, owner_id),
                   owner = case when $5 is null then owner
                     when $5 ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then $5::uuid end
             where bucket_id = $1 and name = $2
            returning id
            """;
    private static final String SHOW = "select " + Objects.JSON + " from storage.objects as o where o.id = $1::uuid";

    private final Uploads uploads;
    private final ObjectStore store;
    private final Collector collector;
    private final Clock clock;

    public ChangeEndpoints(Uploads uploads, ObjectStore store, Collector collector, Clock clock) {
        this.uploads = uploads;
        this.store = store;
        this.collector = collector;
        this.clock = clock;
    }

    public Reply deleteMany(StorageRequest request) {
        List<String> names = request.json()
                .texts("prefixes")
                .orElseThrow(() -> StorageError.malformed("body must have required property 'prefixes'")
                        .thrown());
        if (names.isEmpty()) {
            throw StorageError.malformed("body/prefixes must NOT have fewer than 1 items")
                    .thrown();
        }
        if (names.size() > MOST_DELETED) {
            throw StorageError.invalidRequest(
                            "Bulk object requests are limited to " + MOST_DELETED + " objects per request.")
                    .thrown();
        }
        return Reply.json(delete(request, names).text(0));
    }

    public Reply deleteOne(StorageRequest request) {
        if (Objects.find(request.session(), request.bucket(), request.key()).isEmpty()) {
            throw StorageError.noSuchKey().thrown();
        }
        if (delete(request, List.of(request.key())).text(1).equals("0")) {
            throw StorageError.accessDenied("Access denied").thrown();
        }
        return Reply.message("Successfully deleted");
    }

    private Row delete(StorageRequest request, List<String> names) {
        Row deleted = request.session()
                .change(Query.of(DELETE).with(request.bucket()).with(names))
                .getFirst();
        collector.wake();
        return deleted;
    }

    /** The bytes stay where they are: only the row has another name. */
    public Reply move(StorageRequest request) {
        Ends ends = Ends.of(request.json());
        if (!ends.bucket().equals(ends.toBucket())) {
            StoredObject source = Objects.visible(request.session(), ends.bucket(), ends.key());
            requireWelcome(request, ends.toBucket(), source.metadata());
        }
        try {
            Row moved = request
                    .session()
                    .change(Query.of(MOVE)
                            .with(ends.bucket())
                            .with(ends.key())
                            .with(ends.toKey())
                            .with(ends.toBucket())
                            .with(request.owner()))
                    .stream()
                    .findFirst()
                    .orElseThrow(() -> StorageError.noSuchKey().thrown());
            return Reply.json(StrictJson.newObject()
                    .put("message", "Successfully moved")
                    .put("Id", moved.text(0))
                    .put("Key", ends.toKey()));
        } catch (StorageException refused) {
            throw refused.error().code().equals("ResourceAlreadyExists")
                    ? StorageError.keyAlreadyExists().thrown()
                    : refused;
        }
    }

    public Reply copy(StorageRequest request) throws IOException {
        JsonBody body = request.json();
        Ends ends = Ends.of(body);
        StoredObject source = Objects.visible(request.session(), ends.bucket(), ends.key());
        boolean sameMetadata = body.flag("copyMetadata").orElse(true);
        Metadata known = source.metadata();
        JsonBody changes =
                sameMetadata ? JsonBody.empty() : body.object("metadata").orElseGet(JsonBody::empty);
        Metadata metadata = new Metadata(
                known.size(),
                changes.text("mimetype").map(Incoming::requirePrintable).orElse(known.mimeType()),
                changes.text("cacheControl").map(Incoming::requirePrintable).orElse(known.cacheControl()),
                known.etag(),
                clock.instant(),
                known.robots());
        Optional<String> userMetadata = sameMetadata
                ? Optional.of(source.userMetadata())
                        .filter(json -> !json.isNull())
                        .map(StrictJson::write)
                : request.header("X-Metadata").flatMap(Incoming::ofBase64);
        requireWelcome(request, ends.toBucket(), metadata);
        Placement placement = new Placement(
                ends.toBucket(),
                ends.toKey(),
                request.owner(),
                request.header("X-Upsert").filter("true"::equals).isPresent(),
                userMetadata);
        StoredObject copy = copy(request, source, placement, metadata);
        ObjectNode json = StrictJson.newObject().put("Id", copy.id()).put("Key", copy.bucket() + "/" + copy.name());
        request.session().readAsService(Query.of(SHOW).with(copy.id())).stream()
                .findFirst()
                .map(row -> (ObjectNode) StrictJson.read(row.text(0)))
                .ifPresent(json::setAll);
        return Reply.json(json);
    }

    private StoredObject copy(StorageRequest request, StoredObject source, Placement placement, Metadata metadata)
            throws IOException {
        String version =
                uploads.admit(request.session(), placement, metadata.mimeType(), OptionalLong.of(metadata.size()));
        try {
            store.copy(source.version(), version, metadata.size());
            return uploads.publish(request.session(), placement, version, metadata);
        } catch (MissingObject deleted) {
            uploads.abandon(request.session(), version);
            throw StorageError.noSuchKey().thrown();
        } catch (IOException | RuntimeException failure) {
            uploads.abandon(request.session(), version);
            throw failure;
        }
    }

    private static void requireWelcome(StorageRequest request, String bucketId, Metadata metadata) {
        Bucket bucket = Buckets.required(request.session(), bucketId);
        if (!bucket.allows(metadata.mimeType())) {
            throw StorageError.invalidMimeType(metadata.mimeType()).thrown();
        }
        if (metadata.size() > bucket.fileSizeLimit().orElse(Long.MAX_VALUE)) {
            throw StorageError.entityTooLarge("object").thrown();
        }
    }

    /** From where to where. */
    private record Ends(String bucket, String key, String toBucket, String toKey) {
        static Ends of(JsonBody body) {
            String bucket = body.required("bucketId");
            return new Ends(
                    bucket,
                    body.required("sourceKey"),
                    body.text("destinationBucket")
                            .filter(name -> !name.isEmpty())
                            .orElse(bucket),
                    ObjectNames.requireKey(body.required("destinationKey")));
        }
    }
}
