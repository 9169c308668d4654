package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import dev.galley.storage.bucket.Bucket;
import dev.galley.storage.bucket.Buckets;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.StorageRequest;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.sign.SignedTokens;
import dev.galley.storage.sign.SignedTokens.Opened;
import dev.galley.storage.sign.SignedTokens.Scope;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Gives out objects, and what is known of them. */
public final class DownloadEndpoints {
    private final Downloads downloads;
    private final SignedTokens tokens;

    public DownloadEndpoints(Downloads downloads, SignedTokens tokens) {
        this.downloads = downloads;
        this.tokens = tokens;
    }

    /** Of a public bucket for everybody, else as far as the caller may see it. */
    public Reply authenticated(StorageRequest request) throws IOException {
        return downloads.answer(request, readable(request), Optional.empty());
    }

    public Reply open(StorageRequest request) throws IOException {
        return downloads.answer(request, openObject(request), Optional.empty());
    }

    public Reply signed(StorageRequest request) throws IOException {
        Opened token =
                tokens.open(request.query("token").orElse(""), Scope.DOWNLOAD, request.bucket() + "/" + request.key());
        StoredObject object = Objects.find(request.session(), request.bucket(), request.key())
                .orElseThrow(() -> StorageError.noSuchKey().thrown());
        return downloads.answer(request, object, Optional.of(token.expires()));
    }

    public Reply info(StorageRequest request) {
        return describe(readable(request));
    }

    public Reply openInfo(StorageRequest request) {
        return describe(openObject(request));
    }

    private static StoredObject readable(StorageRequest request) {
        Optional<Bucket> bucket = Buckets.find(request.session(), request.bucket());
        boolean open = bucket.filter(Bucket::open).isPresent();
        if (bucket.isEmpty() || (!open && !request.known())) {
            throw StorageError.noSuchBucket().thrown();
        }
        return open
                ? Objects.find(request.session(), request.bucket(), request.key())
                        .orElseThrow(() -> StorageError.noSuchKey().thrown())
                : Objects.visible(request.session(), request.bucket(), request.key());
    }

    /** A bucket that is not public is as one that is not there. */
    private static StoredObject openObject(StorageRequest request) {
        return Objects.findOpen(request.session(), request.bucket(), request.key());
    }

    private static Reply describe(StoredObject object) {
        Metadata metadata = object.metadata();
        ObjectNode json = StrictJson.newObject()
                .put("id", object.id())
                .put("name", object.name())
                .put("version", object.version())
                .put("bucket_id", object.bucket())
                .put("size", metadata.size())
                .put("content_type", metadata.mimeType())
                .put("cache_control", metadata.cacheControl())
                .put("etag", metadata.etag());
        json.set("metadata", object.userMetadata());
        json.put("last_modified", Times.iso(object.updated())).put("created_at", Times.iso(object.created()));
        Map<String, String> headers = new LinkedHashMap<>(Downloads.headers(metadata, Optional.empty()));
        headers.put("Content-Type", "application/json; charset=utf-8");
        // A description under an address of its own is no copy of the object.
        headers.remove("Accept-Ranges");
        return new Reply.Text(200, headers, StrictJson.write(json));
    }
}
