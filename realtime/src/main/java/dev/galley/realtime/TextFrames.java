package dev.galley.realtime;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the text frames of both versions of the protocol, written by strangers. */
final class TextFrames {
    private static final int FIELDS = 5;

    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxNumberLength(400)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private TextFrames() {}

    /** {@code {"topic","event","payload","ref","join_ref"}} */
    static Inbound object(byte[] utf8) {
        if (!(read(utf8) instanceof ObjectNode message)) {
            throw new Inbound.Malformed("a message is a JSON object");
        }
        return event(
                message.path("join_ref"),
                message.path("ref"),
                message.path("topic"),
                message.path("event"),
                message.path("payload"));
    }

    /** {@code [join_ref, ref, topic, event, payload]} */
    static Inbound array(byte[] utf8) {
        if (!(read(utf8) instanceof ArrayNode message) || message.size() < FIELDS) {
            throw new Inbound.Malformed("a message is a JSON array of five");
        }
        return event(message.path(0), message.path(1), message.path(2), message.path(3), message.path(4));
    }

    private static JsonNode read(byte[] utf8) {
        try {
            return JSON.readTree(utf8);
        } catch (JacksonException unreadable) {
            throw new Inbound.Malformed("a message is JSON");
        }
    }

    private static Inbound event(JsonNode joinRef, JsonNode ref, JsonNode topic, JsonNode event, JsonNode payload) {
        if (!topic.isString() || !event.isString()) {
            throw new Inbound.Malformed("topic and event are strings");
        }
        return new Inbound.Event(
                reference(joinRef),
                reference(ref),
                topic.stringValue(),
                event.stringValue(),
                payload instanceof ObjectNode object ? object : JSON.createObjectNode());
    }

    private static @Nullable String reference(JsonNode node) {
        return node.isString() || node.isNumber() ? node.asString() : null;
    }
}
