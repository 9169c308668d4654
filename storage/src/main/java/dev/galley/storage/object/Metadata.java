package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is known of an object's bytes, as the column {@code metadata} keeps it.
 *
 * @param etag in quotes
 * @param robots the header {@code X-Robots-Tag}, if it is to be another than "none"
 */
public record Metadata(
        long size, String mimeType, String cacheControl, String etag, Instant lastModified, Optional<String> robots) {

    String json() {
        ObjectNode json = StrictJson.newObject()
                .put("eTag", etag)
                .put("size", size)
                .put("mimetype", mimeType)
                .put("cacheControl", cacheControl)
                .put("lastModified", Times.iso(lastModified))
                .put("contentLength", size)
                .put("httpStatusCode", 200);
        robots.ifPresent(tag -> json.put("xRobotsTag", tag));
        return StrictJson.write(json);
    }

    /** Of a row, whoever wrote it: what it lacks is empty. */
    static Metadata of(JsonNode json, Instant updated) {
        return new Metadata(
                json.path("size").asLong(json.path("contentLength").asLong(0)),
                json.path("mimetype").asString("application/octet-stream"),
                json.path("cacheControl").asString("no-cache"),
                json.path("eTag").asString(""),
                Times.parsed(json.path("lastModified").asString("")).orElse(updated),
                json.path("xRobotsTag").stringValueOpt());
    }
}
