package dev.galley.auth.edge;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** An answer, before it is bytes: with JSON, with another document, or with neither. */
public record Reply(int status, Map<String, String> headers, Optional<JsonNode> body, Optional<Document> document) {

    /** @param type as in {@code Content-Type} */
    public record Document(String type, String text) {}

    public Reply(int status, Map<String, String> headers, Optional<JsonNode> body) {
        this(status, headers, body, Optional.empty());
    }

    public static Reply ok(JsonNode body) {
        return new Reply(200, Map.of(), Optional.of(body));
    }

    /** {@code {}}: done, and nothing to tell. */
    public static Reply done() {
        return ok(JsonNodeFactory.instance.objectNode());
    }

    public static Reply of(Document document) {
        return new Reply(200, Map.of(), Optional.empty(), Optional.of(document));
    }

    public static Reply noContent() {
        return new Reply(204, Map.of(), Optional.empty());
    }

    public static Reply redirect(int status, String location) {
        return new Reply(status, Map.of("Location", location), Optional.empty());
    }

    public Reply with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Reply(status, Map.copyOf(more), body, document);
    }
}
