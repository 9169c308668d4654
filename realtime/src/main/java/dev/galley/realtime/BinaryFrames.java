package dev.galley.realtime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The binary frames of version 2 of the protocol, as {@code realtime-js} writes and reads them. All lengths are one byte.
 *
 * <pre>
 * from a client  3 | join_ref length | ref length | topic length | event length | metadata length | encoding
 *                  | join_ref | ref | topic | event | metadata | payload
 * to a client    4 | topic length | event length | metadata length | encoding | topic | event | metadata | payload
 * </pre>
 *
 * The encoding is 1 for JSON, 0 for bytes; metadata is JSON. That of a client is not passed on.
 */
final class BinaryFrames {
    private static final int PUSH = 3;
    private static final int BROADCAST = 4;
    private static final int PUSH_HEADER = 7;
    private static final int BROADCAST_HEADER = 5;
    private static final int LONGEST = 255;
    private static final int JSON = 1;

    private BinaryFrames() {}

    /** @throws Inbound.Malformed for anything but a broadcast */
    static Inbound.UserBroadcast read(byte[] frame) {
        if (frame.length < PUSH_HEADER || frame[0] != PUSH) {
            throw new Inbound.Malformed("a binary message is a broadcast");
        }
        int[] lengths = new int[5];
        int total = PUSH_HEADER;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = Byte.toUnsignedInt(frame[i + 1]);
            total += lengths[i];
        }
        if (frame.length < total) {
            throw new Inbound.Malformed("a binary message is shorter than it says");
        }
        ByteBuffer rest = ByteBuffer.wrap(frame, PUSH_HEADER, frame.length - PUSH_HEADER);
        String joinRef = text(rest, lengths[0]);
        String ref = text(rest, lengths[1]);
        String topic = text(rest, lengths[2]);
        String event = text(rest, lengths[3]);
        text(rest, lengths[4]);
        byte[] payload = new byte[rest.remaining()];
        rest.get(payload);
        return new Inbound.UserBroadcast(
                joinRef.isEmpty() ? null : joinRef,
                ref.isEmpty() ? null : ref,
                topic,
                event,
                frame[PUSH_HEADER - 1] != 0,
                payload);
    }

    private static String text(ByteBuffer from, int length) {
        ByteBuffer bytes = from.slice(from.position(), length);
        from.position(from.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException bad) {
            throw new Inbound.Malformed("names are UTF-8");
        }
    }

    /**
     * The frame of a broadcast; empty when a name is too long for one.
     *
     * @param topic with {@code realtime:}
     * @param metadata JSON, or nothing
     */
    static Optional<byte[]> broadcast(String topic, String event, byte[] metadata, boolean json, byte[] payload) {
        byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        byte[] eventBytes = event.getBytes(StandardCharsets.UTF_8);
        if (topicBytes.length > LONGEST || eventBytes.length > LONGEST || metadata.length > LONGEST) {
            return Optional.empty();
        }
        ByteBuffer frame = ByteBuffer.allocate(
                BROADCAST_HEADER + topicBytes.length + eventBytes.length + metadata.length + payload.length);
        frame.put((byte) BROADCAST)
                .put((byte) topicBytes.length)
                .put((byte) eventBytes.length)
                .put((byte) metadata.length)
                .put((byte) (json ? JSON : 0))
                .put(topicBytes)
                .put(eventBytes)
                .put(metadata)
                .put(payload);
        return Optional.of(frame.array());
    }
}
