package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import dev.galley.storage.bucket.Bucket;
import dev.galley.storage.edge.MultipartReader;
import dev.galley.storage.edge.MultipartReader.Part;
import dev.galley.storage.edge.StorageRequest;
import dev.galley.storage.error.StorageError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file on its way in, raw or in a form, with what the client says of it.
 *
 * @param most bytes it may have
 * @param declaredLength of the request, if the client said it; a form is longer than its file
 * @param userMetadata a JSON object
 */
public record Incoming(
        InputStream bytes,
        String mimeType,
        String cacheControl,
        Optional<String> robots,
        long most,
        OptionalLong declaredLength,
        Optional<String> userMetadata) {
    private static final int MOST_METADATA = 1 << 20;
    private static final int MOST_FIELDS = 10;
    private static final int LONGEST_HEADER = 1000;
    private static final String NO_CACHE = "no-cache";

    /**
     * Reads as much as is needed to know the file; none of the file itself.
     *
     * @param most bytes that any object may have
     * @throws dev.galley.storage.error.StorageException when the bucket takes no such file
     */
    static Incoming of(StorageRequest request, Bucket bucket, long most) throws IOException {
        boolean placeholder = ObjectNames.isEmptyFolder(request.key());
        long limit = placeholder ? 0 : Math.min(most, bucket.fileSizeLimit().orElse(most));
        String type = request.header("Content-Type").orElse("application/octet-stream");
        OptionalLong length = request.header("Content-Length").stream()
                .mapToLong(Long::parseLong)
                .findFirst();
        Optional<String> robots = request.header("X-Robots-Tag").map(RobotsTag::require);
        boolean form = type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
        Incoming file = form
                ? ofForm(request, type, robots, limit, length)
                : new Incoming(
                        request.body(),
                        type,
                        request.header("Cache-Control").orElse(NO_CACHE),
                        robots,
                        limit,
                        length,
                        request.header("X-Metadata").flatMap(Incoming::ofBase64));
        if (!placeholder && !bucket.allows(file.mimeType())) {
            throw StorageError.invalidMimeType(file.mimeType()).thrown();
        }
        String _ = requirePrintable(file.mimeType());
        String _ = requirePrintable(file.cacheControl());
        if (!form && length.orElse(0) > limit) {
            throw StorageError.entityTooLarge("object").thrown();
        }
        return file;
    }

    private static Incoming ofForm(
            StorageRequest request, String type, Optional<String> robots, long limit, OptionalLong length)
            throws IOException {
        MultipartReader form = MultipartReader.of(request.body(), type);
        Map<String, String> fields = new HashMap<>();
        Optional<Part> part = form.next();
        while (part.isPresent() && part.get().fileName().isEmpty()) {
            if (fields.size() == MOST_FIELDS) {
                throw StorageError.invalidRequest("More than " + MOST_FIELDS + " fields")
                        .thrown();
            }
            fields.put(part.get().name(), part.get().text(MOST_METADATA, "user_metadata"));
            part = form.next();
        }
        Part file = part.orElseThrow(
                () -> StorageError.invalidRequest("No content provided").thrown());
        return new Incoming(
                file.content(),
                Optional.ofNullable(fields.get("contentType"))
                        .or(file::contentType)
                        .orElse("application/octet-stream"),
                Optional.ofNullable(fields.get("cacheControl"))
                        .map(seconds -> "max-age=" + seconds)
                        .orElse(NO_CACHE),
                robots,
                limit,
                length,
                Optional.ofNullable(fields.get("metadata"))
                        .or(() -> Optional.ofNullable(fields.get("userMetadata")))
                        .flatMap(Incoming::ofJson));
    }

    /** Both become headers of answers. */
    public static String requirePrintable(String value) {
        if (value.length() > LONGEST_HEADER || !value.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw StorageError.invalidRequest("Invalid character in content type or cache control")
                    .thrown();
        }
        return value;
    }

    /** What cannot be read counts as absent, as the clients expect. */
    static Optional<String> ofBase64(String text) {
        try {
            return ofJson(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A JSON object, or nothing. */
    public static Optional<String> ofJson(String text) {
        return StrictJson.object(text.getBytes(StandardCharsets.UTF_8))
                .map(StrictJson.Parsed::text)
                // PostgreSQL has no place for it.
                .filter(json -> !json.contains("\\u0000"));
    }
}
