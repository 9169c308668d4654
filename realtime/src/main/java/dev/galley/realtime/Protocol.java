package dev.galley.realtime;

import dev.galley.http.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The two versions of the protocol: how messages stand in frames. */
enum Protocol {
    /** Text frames with one JSON object each; replies and messages do not repeat the reference of the join. */
    V1 {
        @Override
        Inbound text(byte[] utf8) {
            return TextFrames.object(utf8);
        }

        @Override
        Inbound binary(byte[] frame) {
            throw new Inbound.Malformed("binary frames need version 2.0.0 of the protocol");
        }

        @Override
        byte[] message(@Nullable String joinRef, @Nullable String ref, String topic, String event, String payload) {
            StringBuilder json = new StringBuilder(64 + topic.length() + event.length() + payload.length());
            json.append("{\"topic\":");
            JsonText.quote(json, topic);
            json.append(",\"event\":");
            JsonText.quote(json, event);
            json.append(",\"payload\":").append(payload).append(",\"ref\":");
            reference(json, ref);
            return utf8(json.append('}'));
        }
    },

    /** Text frames with one JSON array each, and binary frames for broadcasts. */
    V2 {
        @Override
        Inbound text(byte[] utf8) {
            return TextFrames.array(utf8);
        }

        @Override
        Inbound binary(byte[] frame) {
            return BinaryFrames.read(frame);
        }

        @Override
        byte[] message(@Nullable String joinRef, @Nullable String ref, String topic, String event, String payload) {
            StringBuilder json = new StringBuilder(48 + topic.length() + event.length() + payload.length()).append('[');
            reference(json, joinRef);
            json.append(',');
            reference(json, ref);
            json.append(',');
            JsonText.quote(json, topic);
            json.append(',');
            JsonText.quote(json, event);
            return utf8(json.append(',').append(payload).append(']'));
        }
    };

    /** The version asked for in the URL; without one the first. */
    static Optional<Protocol> of(@Nullable String vsn) {
        return switch (vsn) {
            case null -> Optional.of(V1);
            case "1.0.0" -> Optional.of(V1);
            case "2.0.0" -> Optional.of(V2);
            default -> Optional.empty();
        };
    }

    /** @throws Inbound.Malformed for what is no message */
    abstract Inbound text(byte[] utf8);

    /** @throws Inbound.Malformed for what is no message */
    abstract Inbound binary(byte[] frame);

    /**
     * The text frame of a message.
     *
     * @param payload JSON
     */
    abstract byte[] message(@Nullable String joinRef, @Nullable String ref, String topic, String event, String payload);

    private static void reference(StringBuilder json, @Nullable String reference) {
        if (reference == null) {
            json.append("null");
        } else {
            JsonText.quote(json, reference);
        }
    }

    private static byte[] utf8(StringBuilder json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
