package dev.galley.storage.tus;

import dev.galley.identity.Caller;
import dev.galley.storage.backend.ObjectStore;
import dev.galley.storage.bucket.Bucket;
import dev.galley.storage.bucket.Buckets;
import dev.galley.storage.edge.BodyStream;
import dev.galley.storage.edge.Endpoint;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.StorageRequest;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.error.StorageException;
import dev.galley.storage.object.Incoming;
import dev.galley.storage.object.Measured;
import dev.galley.storage.object.ObjectNames;
import dev.galley.storage.object.Placement;
import dev.galley.storage.object.Times;
import dev.galley.storage.object.Uploads;
import dev.galley.storage.sign.SignedTokens;
import dev.galley.storage.sign.SignedTokens.Scope;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** TUS 1.0: creation, with or without bytes, deferred lengths, offsets, termination and expiration. */
public final class TusEndpoints {
    private static final String VERSION = "1.0.0";
    private static final String EXTENSIONS =
            "creation,creation-with-upload,creation-defer-length,termination,expiration";
    private static final String BYTES = "application/offset+octet-stream";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int CONFLICT = 409;

    private final Uploads uploads;
    private final TusUploads rows;
    private final Assembly assembly;
    private final SignedTokens tokens;
    private final long most;
    private final String base;

    /**
     * @param most bytes of an object
     * @param base of addresses that are given out: that of the host, or empty for paths
     */
    public TusEndpoints(
            Uploads uploads,
            ObjectStore store,
            SignedTokens tokens,
            long most,
            String base,
            TusLimits limits,
            Clock clock) {
        this.uploads = uploads;
        this.rows = new TusUploads(limits.life(), limits.longestFinish());
        this.assembly = new Assembly(uploads, store, rows, clock);
        this.tokens = tokens;
        this.most = most;
        this.base = base;
    }

    /** The same endpoint in the protocol's manners: versions are compared, and errors have their own status and a plain text. */
    public static Endpoint speaking(Endpoint endpoint) {
        return request -> {
            if (request.body() instanceof BodyStream body) {
                body.start();
            }
            try {
                if (!request.header("Tus-Resumable").orElse("").equals(VERSION)) {
                    return text(412, "Tus-Resumable must be " + VERSION).with("Tus-Version", VERSION);
                }
                return endpoint.answer(request);
            } catch (StorageException refused) {
                return text(refused.error().status(), refused.error().message());
            }
        };
    }

    /** What is spoken here. */
    public Reply options(StorageRequest request) {
        return headers(
                NO_CONTENT,
                Map.of("Tus-Version", VERSION, "Tus-Extension", EXTENSIONS, "Tus-Max-Size", Long.toString(most)));
    }

    public Reply create(StorageRequest request) throws IOException {
        return create(request, false);
    }

    public Reply createSigned(StorageRequest request) throws IOException {
        return create(request, true);
    }

    private Reply create(StorageRequest request, boolean signed) throws IOException {
        String declared = request.header("Upload-Metadata").orElse("");
        UploadMetadata metadata = UploadMetadata.parse(declared);
        Bucket bucket = Buckets.required(request.session(), metadata.required("bucketName"));
        String key = ObjectNames.requireKey(metadata.required("objectName"));
        String mimeType = Incoming.requirePrintable(metadata.get("contentType").orElse("application/octet-stream"));
        String cache = metadata.get("cacheControl").orElse("no-cache");
        String cacheControl = Incoming.requirePrintable(cache.matches("[0-9]+") ? "max-age=" + cache : cache);
        long length = length(request, bucket);
        if (!bucket.allows(mimeType)) {
            throw StorageError.invalidMimeType(mimeType).thrown();
        }
        Placement placement = signed
                ? signedPlacement(request, bucket.id(), key, metadata)
                : new Placement(
                        bucket.id(),
                        key,
                        request.owner(),
                        request.header("X-Upsert").filter("true"::equals).isPresent(),
                        metadata.get("metadata").flatMap(Incoming::ofJson));
        if (!signed) {
            OptionalLong size = length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
            uploads.abandon(request.session(), uploads.admit(request.session(), placement, mimeType, size));
        }
        TusUpload upload = rows.create(
                request.session(), UUID.randomUUID().toString(), placement, mimeType, cacheControl, length, declared);
        if (request.header("Content-Type").filter(BYTES::equals).isPresent() || upload.complete()) {
            upload = receive(request, upload, length);
        }
        return headers(CREATED, described(upload)).with("Location", base + request.path() + "/" + upload.id());
    }

    private long length(StorageRequest request, Bucket bucket) {
        Optional<String> given = request.header("Upload-Length");
        if (given.isEmpty()) {
            if (request.header("Upload-Defer-Length").filter("1"::equals).isEmpty()) {
                throw StorageError.invalidRequest("Upload-Length or Upload-Defer-Length is needed")
                        .thrown();
            }
            return -1;
        }
        long length = number(given.get(), "Upload-Length");
        if (length > Math.min(most, bucket.fileSizeLimit().orElse(most))) {
            throw StorageError.entityTooLarge("object").thrown();
        }
        return length;
    }

    private static long number(String text, String header) {
        if (!text.matches("[0-9]{1,18}")) {
            throw StorageError.invalidRequest(header + " must be a whole number")
                    .thrown();
        }
        return Long.parseLong(text);
    }

    private Placement signedPlacement(StorageRequest request, String bucket, String key, UploadMetadata metadata) {
        ObjectNode claims = tokens.open(request.header("X-Signature").orElse(""), Scope.UPLOAD, bucket + "/" + key)
                .claims();
        return new Placement(
                bucket,
                key,
                claims.path("owner").stringValueOpt(),
                claims.path("upsert").asBoolean(false),
                metadata.get("metadata").flatMap(Incoming::ofJson));
    }

    public Reply head(StorageRequest request) throws IOException {
        return headers(200, described(settled(request, mine(request)))).with("Cache-Control", "no-store");
    }

    public Reply patch(StorageRequest request) throws IOException {
        TusUpload upload = mine(request);
        if (request.header("Content-Type").filter(BYTES::equals).isEmpty()) {
            return text(415, "Content-Type must be " + BYTES);
        }
        long offset = number(request.header("Upload-Offset").orElse(""), "Upload-Offset");
        if (offset != upload.received() || upload.finished()) {
            return text(CONFLICT, "Upload-Offset conflict");
        }
        long length = upload.length();
        if (length < 0 && request.header("Upload-Length").isPresent()) {
            length = length(
                    request,
                    Buckets.required(request.session(), upload.placement().bucket()));
            if (length < upload.received()) {
                throw StorageError.invalidRequest("Upload-Length is less than what was received")
                        .thrown();
            }
        }
        return headers(NO_CONTENT, described(receive(request, upload, length)));
    }

    public Reply delete(StorageRequest request) {
        TusUpload upload = mine(request);
        if (!rows.delete(request.session(), upload)) {
            throw StorageError.invalidRequest("A finished upload cannot be terminated")
                    .thrown();
        }
        upload.parts().forEach(part -> uploads.abandon(request.session(), part));
        return headers(NO_CONTENT, Map.of());
    }

    /** Whoever began an upload goes on with it; a signed one goes on with its signature. */
    private TusUpload mine(StorageRequest request) {
        TusUpload upload = Optional.of(request.key())
                .filter(id -> ID.matcher(id).matches())
                .flatMap(id -> rows.find(request.session(), id))
                .orElseThrow(() -> StorageError.noSuchUpload().thrown());
        Placement placement = upload.placement();
        Optional<String> signature = request.header("X-Signature");
        if (request.path().contains("/sign/")) {
            tokens.open(signature.orElse(""), Scope.UPLOAD, placement.bucket() + "/" + placement.key());
            return upload;
        }
        boolean service =
                request.caller() instanceof Caller caller && caller.role().equals("service_role");
        if (!service && !upload.owner().equals(request.owner())) {
            throw StorageError.noSuchUpload().thrown();
        }
        return upload;
    }

    private TusUpload receive(StorageRequest request, TusUpload upload, long length) throws IOException {
        long limit = length >= 0 ? length : most;
        String part = uploads.admitted(request.session());
        boolean entered = false;
        try {
            Measured measured = uploads.write(part, new AsFarAsItCame(request.body()), limit - upload.received());
            TusUpload now = upload;
            if (measured.size() > 0 || (length >= 0 && upload.length() < 0)) {
                now = rows.add(request.session(), upload, part, measured.size(), length)
                        .orElseThrow(() -> StorageError.resourceLocked().thrown());
                entered = true;
            }
            return settled(request, now);
        } finally {
            if (!entered) {
                uploads.abandon(request.session(), part);
            }
        }
    }

    /** All bytes that are there make the object, now or, after a crash, when somebody asks. */
    private TusUpload settled(StorageRequest request, TusUpload upload) throws IOException {
        if (upload.complete() && !upload.finished()) {
            assembly.finish(request.session(), upload);
        }
        return upload;
    }

    private static Map<String, String> described(TusUpload upload) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Upload-Offset", Long.toString(upload.received()));
        if (upload.length() >= 0) {
            headers.put("Upload-Length", Long.toString(upload.length()));
        } else {
            headers.put("Upload-Defer-Length", "1");
        }
        if (!upload.declared().isEmpty()) {
            headers.put("Upload-Metadata", upload.declared());
        }
        headers.put("Upload-Expires", Times.http(upload.expires()));
        return headers;
    }

    private static Reply.Text headers(int status, Map<String, String> headers) {
        return new Reply.Text(status, headers, "").with("Tus-Resumable", VERSION);
    }

    private static Reply.Text text(int status, String message) {
        return new Reply.Text(status, Map.of("Content-Type", "text/plain; charset=utf-8"), message)
                .with("Tus-Resumable", VERSION);
    }

    /** A client that breaks off has brought what it has brought: it goes on from there. */
    private static final class AsFarAsItCame extends FilterInputStream {
        AsFarAsItCame(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            try {
                return in.read(into, at, length);
            } catch (BodyStream.ClientStopped gone) {
                return -1;
            }
        }
    }
}
