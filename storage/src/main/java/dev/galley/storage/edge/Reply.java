package dev.galley.storage.edge;

import dev.galley.identity.StrictJson;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** An answer, before it is on its way. */
public sealed interface Reply {
    int status();

    Map<String, String> headers();

    /** An answer whose body is small, or none at all. */
    record Text(int status, Map<String, String> headers, String body) implements Reply {
        public Text with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Text(status, more, body);
        }
    }

    /**
     * The bytes of an object; whoever sends them closes them.
     *
     * @param length how many there are
     */
    record Bytes(int status, Map<String, String> headers, InputStream bytes, long length) implements Reply {}

    /** The head of such an answer: its {@code Content-Length} says what the bytes would be. */
    record Head(int status, Map<String, String> headers, long length) implements Reply {}

    static Reply json(JsonNode body) {
        return json(StrictJson.write(body));
    }

    static Reply json(String body) {
        return new Text(200, Map.of("Content-Type", "application/json; charset=utf-8"), body);
    }

    /** {@code {"message": ...}} */
    static Reply message(String message) {
        return json(StrictJson.newObject().put("message", message));
    }
}
