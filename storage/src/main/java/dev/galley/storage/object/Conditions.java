package dev.galley.storage.object;

import dev.galley.storage.edge.StorageRequest;
import java.util.Optional;
import java.util.stream.Stream;

/** Conditional requests (RFC 9110, 13). */
final class Conditions {
    private Conditions() {}

    /** An entity tag says more than a date, so it alone counts where both are given. */
    static boolean notModified(StorageRequest request, Metadata metadata) {
        Optional<String> noneMatch = request.header("If-None-Match");
        if (noneMatch.isPresent()) {
            return matches(noneMatch.get(), metadata.etag());
        }
        return request.header("If-Modified-Since")
                .flatMap(Times::ofHttp)
                .filter(since -> !Times.seconds(metadata.lastModified()).isAfter(since))
                .isPresent();
    }

    /** Whether the part that a client has belongs to these bytes. */
    static boolean rangeHolds(StorageRequest request, Metadata metadata) {
        Optional<String> condition = request.header("If-Range");
        if (condition.isEmpty()) {
            return true;
        }
        return condition.get().startsWith("\"")
                ? condition.get().equals(metadata.etag())
                : Times.ofHttp(condition.get())
                        .filter(Times.seconds(metadata.lastModified())::equals)
                        .isPresent();
    }

    private static boolean matches(String tags, String etag) {
        return tags.strip().equals("*")
                || Stream.of(tags.split(","))
                        .map(String::strip)
                        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                        .anyMatch(etag::equals);
    }
}
