package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import dev.galley.storage.bucket.Bucket;
import dev.galley.storage.bucket.Buckets;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.StorageRequest;
import dev.galley.storage.sign.SignedTokens;
import dev.galley.storage.sign.SignedTokens.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/** Takes objects: under the caller's rights, or by an address that was signed for one upload. */
public final class UploadEndpoints {
    private final Uploads uploads;
    private final SignedTokens tokens;
    private final long fileSizeLimit;
    private final Duration signedLife;

    public UploadEndpoints(Uploads uploads, SignedTokens tokens, long fileSizeLimit, Duration signedLife) {
        this.uploads = uploads;
        this.tokens = tokens;
        this.fileSizeLimit = fileSizeLimit;
        this.signedLife = signedLife;
    }

    /** {@code POST}: a new object, or in the place of another when the client says so. */
    public Reply create(StorageRequest request) throws IOException {
        return upload(request, upsert(request), request.owner(), false);
    }

    /** {@code PUT}: in the place of another, if there is one. */
    public Reply update(StorageRequest request) throws IOException {
        return upload(request, true, request.owner(), false);
    }

    /** {@code PUT} to a signed address; the signer's rights were looked at when it was signed. */
    public Reply signed(StorageRequest request) throws IOException {
        ObjectNode claims = tokens.open(request.query("token").orElse(""), Scope.UPLOAD, path(request))
                .claims();
        return upload(
                request,
                claims.path("upsert").asBoolean(false),
                claims.path("owner").stringValueOpt(),
                true);
    }

    private Reply upload(StorageRequest request, boolean upsert, Optional<String> owner, boolean admitted)
            throws IOException {
        ObjectNames.requireKey(request.key());
        Bucket bucket = Buckets.required(request.session(), request.bucket());
        Incoming file = Incoming.of(request, bucket, fileSizeLimit);
        StoredObject object = uploads.upload(
                request.session(),
                new Placement(bucket.id(), request.key(), owner, upsert, file.userMetadata()),
                file,
                admitted);
        return Reply.json(StrictJson.newObject().put("Id", object.id()).put("Key", path(request)));
    }

    /** Signs an address for an upload that the caller might make. */
    public Reply sign(StorageRequest request) {
        ObjectNames.requireKey(request.key());
        boolean upsert = upsert(request);
        Placement placement = new Placement(
                request.bucket(),
                request.key(),
                request.owner(),
                upsert,
                request.header("X-Metadata").flatMap(Incoming::ofBase64));
        String unused = uploads.admit(
                request.session(),
                placement,
                request.header("Content-Type").orElse("application/octet-stream"),
                OptionalLong.empty());
        uploads.abandon(request.session(), unused);
        ObjectNode claims = StrictJson.newObject().put("upsert", upsert);
        request.owner().ifPresent(owner -> claims.put("owner", owner));
        String token = tokens.sign(Scope.UPLOAD, path(request), signedLife, claims);
        return Reply.json(StrictJson.newObject()
                .put("url", "/object/upload/sign/" + path(request) + "?token=" + token)
                .put("token", token));
    }

    private static boolean upsert(StorageRequest request) {
        return request.header("X-Upsert").filter("true"::equals).isPresent();
    }

    private static String path(StorageRequest request) {
        return request.bucket() + "/" + request.key();
    }
}
