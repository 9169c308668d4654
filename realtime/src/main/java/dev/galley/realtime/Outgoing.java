package dev.galley.realtime;

import dev.galley.http.JsonText;
import dev.galley.http.SocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A message for the subscribers of a channel. Immutable: event loops and nodes share it. */
sealed interface Outgoing {
    ChannelName channel();

    /** The frame in this version of the protocol; empty when it cannot say this. Whoever takes it releases it. */
    Optional<SocketFrame> frame(Protocol protocol);

    /** Which permission of a subscriber it needs. */
    Kind kind();

    enum Kind {
        BROADCAST,
        PRESENCE
    }

    /**
     * A broadcast whose payload is passed on as it is.
     *
     * @param json whether the payload is JSON; then it is known to be
     * @param metadata a JSON object, or nothing
     * @param id of a message of the database
     */
    @SuppressWarnings("ArrayRecordComponent") // shared and never changed
    record UserBroadcast(
            ChannelName channel, String event, boolean json, byte[] payload, byte[] metadata, Optional<String> id)
            implements Outgoing {
        static final byte[] NO_METADATA = new byte[0];

        UserBroadcast(ChannelName channel, String event, boolean json, byte[] payload) {
            this(channel, event, json, payload, NO_METADATA, Optional.empty());
        }

        @Override
        public Kind kind() {
            return Kind.BROADCAST;
        }

        @Override
        public Optional<SocketFrame> frame(Protocol protocol) {
            Optional<byte[]> binary = protocol == Protocol.V2
                    ? BinaryFrames.broadcast(channel.wire(), event, metadata, json, payload)
                    : Optional.empty();
            return binary.map(SocketFrame::binary)
                    .or(() -> json
                            ? Optional.of(SocketFrame.text(
                                    protocol.message(null, null, channel.wire(), Text.BROADCAST, asText())))
                            : Optional.empty());
        }

        private String asText() {
            StringBuilder text = new StringBuilder(64 + payload.length).append("{\"event\":");
            JsonText.quote(text, event);
            if (metadata.length > 0) {
                text.append(",\"meta\":").append(new String(metadata, StandardCharsets.UTF_8));
            }
            return text.append(",\"payload\":")
                    .append(payload.length == 0 ? "{}" : new String(payload, StandardCharsets.UTF_8))
                    .append(",\"type\":\"broadcast\"}")
                    .toString();
        }
    }

    /**
     * Any event, as text.
     *
     * @param payload JSON
     */
    record Text(ChannelName channel, String event, String payload) implements Outgoing {
        static final String BROADCAST = "broadcast";
        static final String PRESENCE_DIFF = "presence_diff";

        @Override
        public Kind kind() {
            return event.equals(PRESENCE_DIFF) ? Kind.PRESENCE : Kind.BROADCAST;
        }

        @Override
        public Optional<SocketFrame> frame(Protocol protocol) {
            return Optional.of(SocketFrame.text(protocol.message(null, null, channel.wire(), event, payload)));
        }
    }
}
