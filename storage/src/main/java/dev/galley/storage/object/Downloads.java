package dev.galley.storage.object;

import dev.galley.storage.backend.MissingObject;
import dev.galley.storage.backend.ObjectStore;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.StorageRequest;
import dev.galley.storage.error.StorageError;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Answers with the bytes of an object, or with a part of them, or that the client has them already. */
public final class Downloads {
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int UNSATISFIABLE = 416;

    /** A page or picture that a user has uploaded runs no script and reaches nothing, wherever it is opened. */
    private static final String NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    private final ObjectStore store;

    public Downloads(ObjectStore store) {
        this.store = store;
    }

    /** @param expires when the address that was used ends */
    public Reply answer(StorageRequest request, StoredObject object, Optional<Instant> expires) throws IOException {
        Metadata metadata = object.metadata();
        Map<String, String> headers = headers(metadata, expires);
        request.query("download").ifPresent(name -> headers.put("Content-Disposition", disposition(name)));
        if (Conditions.notModified(request, metadata)) {
            return new Reply.Text(NOT_MODIFIED, headers, "");
        }
        headers.put("Content-Type", safeType(metadata.mimeType()));
        headers.put("Content-Security-Policy", NO_SCRIPTS);
        ByteRange range = Conditions.rangeHolds(request, metadata)
                ? ByteRange.of(request.header("Range"), metadata.size())
                : new ByteRange.Whole();
        boolean head = request.method().equals("HEAD");
        return switch (range) {
            case ByteRange.Whole _ -> bytes(head, OK, headers, object, 0, metadata.size());
            case ByteRange.Part part -> {
                headers.put("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + metadata.size());
                yield bytes(head, PARTIAL, headers, object, part.first(), part.length());
            }
            case ByteRange.Unsatisfiable _ -> unsatisfiable(metadata.size());
        };
    }

    private Reply bytes(
            boolean head, int status, Map<String, String> headers, StoredObject object, long from, long length)
            throws IOException {
        if (head) {
            return new Reply.Head(status, headers, length);
        }
        try {
            return new Reply.Bytes(status, headers, store.read(object.version(), from, length), length);
        } catch (MissingObject lost) {
            System.getLogger(Downloads.class.getName())
                    .log(System.Logger.Level.ERROR, "object {0} has a row, but {1}", object.id(), lost.getMessage());
            throw StorageError.noSuchKey().thrown();
        }
    }

    private static Reply unsatisfiable(long size) {
        StorageError error = StorageError.invalidRange();
        return new Reply.Text(
                UNSATISFIABLE,
                Map.of("Content-Range", "bytes */" + size, "Content-Type", "application/json; charset=utf-8"),
                dev.galley.storage.edge.ErrorPrinter.json(error));
    }

    static Map<String, String> headers(Metadata metadata, Optional<Instant> expires) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept-Ranges", "bytes");
        headers.put("X-Robots-Tag", metadata.robots().orElse("none"));
        headers.put("Last-Modified", Times.http(metadata.lastModified()));
        if (!metadata.etag().isEmpty()) {
            headers.put("ETag", metadata.etag());
        }
        if (expires.isPresent()) {
            headers.put("Expires", Times.http(expires.get()));
        } else {
            headers.put("Cache-Control", metadata.cacheControl());
        }
        return headers;
    }

    /** A page would run as one of this host: it is shown as text. */
    static String safeType(String mimeType) {
        String lower = mimeType.toLowerCase(Locale.ROOT);
        return lower.contains("text/html") || lower.contains("application/xhtml") ? "text/plain" : mimeType;
    }

    /** RFC 6266. */
    private static String disposition(String name) {
        if (name.isEmpty()) {
            return "attachment;";
        }
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return "attachment; filename=" + encoded + "; filename*=UTF-8''" + encoded;
    }
}
