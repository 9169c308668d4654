package dev.galley.realtime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Several broadcasts in one body: {@code {"messages":[{"topic","event","payload","private"?,"id"?}]}}. */
sealed interface BroadcastBatch {

    record Valid(List<Outgoing.UserBroadcast> messages) implements BroadcastBatch {}

    /** @param json what is wrong with which message, as the original says it */
    record Invalid(String json) implements BroadcastBatch {}

    String BLANK = "can't be blank";
    String INVALID = "is invalid";

    static BroadcastBatch read(byte[] body, RealtimeSettings.Limits limits) {
        JsonNode json;
        try {
            json = TextFrames.JSON.readTree(body);
        } catch (JacksonException unreadable) {
            return new Invalid("{\"errors\":{\"body\":[\"is no JSON\"]}}");
        }
        if (!(json.path("messages") instanceof ArrayNode sent) || sent.isEmpty()) {
            return new Invalid("{\"errors\":{\"messages\":[\"" + BLANK + "\"]}}");
        }
        List<Outgoing.UserBroadcast> messages = new ArrayList<>();
        ArrayNode faults = TextFrames.JSON.createArrayNode();
        boolean faulty = false;
        for (JsonNode each : sent) {
            ObjectNode fault = faults.addObject();
            message(each, limits, fault).ifPresent(messages::add);
            faulty |= !fault.isEmpty();
        }
        return faulty ? new Invalid("{\"errors\":{\"messages\":" + faults + "}}") : new Valid(List.copyOf(messages));
    }

    private static Optional<Outgoing.UserBroadcast> message(
            JsonNode sent, RealtimeSettings.Limits limits, ObjectNode fault) {
        required(sent, "topic", fault);
        required(sent, "event", fault);
        JsonNode payload = sent.path("payload");
        byte[] bytes = payload.toString().getBytes(StandardCharsets.UTF_8);
        if (payload.isMissingNode() || payload.isNull()) {
            fault.putArray("payload").add(BLANK);
        } else if (!payload.isObject()) {
            fault.putArray("payload").add(INVALID);
        } else if (bytes.length > limits.payload()) {
            fault.putArray("payload").add("Payload size exceeds tenant limit");
        }
        JsonNode isPrivate = sent.path("private");
        if (!isPrivate.isMissingNode() && !isPrivate.isNull() && !isPrivate.isBoolean()) {
            fault.putArray("private").add(INVALID);
        }
        if (!fault.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> id = sent.path("id").stringValueOpt();
        byte[] metadata = id.map(text ->
                        TextFrames.JSON.createObjectNode().put("id", text).toString())
                .orElse("")
                .getBytes(StandardCharsets.UTF_8);
        return Optional.of(new Outgoing.UserBroadcast(
                new ChannelName(sent.path("topic").stringValue(), isPrivate.asBoolean(false)),
                sent.path("event").stringValue(),
                true,
                bytes,
                metadata,
                Optional.empty()));
    }

    private static void required(JsonNode message, String field, ObjectNode fault) {
        JsonNode value = message.path(field);
        if (!value.isString()) {
            fault.putArray(field).add(value.isMissingNode() || value.isNull() ? BLANK : INVALID);
        } else if (value.stringValue().isEmpty()) {
            fault.putArray(field).add(BLANK);
        }
    }
}
