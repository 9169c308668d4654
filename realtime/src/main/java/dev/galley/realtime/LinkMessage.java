package dev.galley.realtime;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one node tells another over their link. Each is a frame: its length in four bytes, its kind in one, then its fields. */
sealed interface LinkMessage {
    int LENGTH_BYTES = 4;

    /** A message of a client. */
    record Sent(Outgoing message) implements LinkMessage {}

    record Presence(PresenceChange change) implements LinkMessage {}

    /** What comes up to {@link StateEnd} is all the presence that the node has. */
    record StateBegin() implements LinkMessage {}

    record StateEnd() implements LinkMessage {}

    /** The link lives. */
    record Beat() implements LinkMessage {}

    /** The node stops: its clients are gone. */
    record Bye() implements LinkMessage {}

    static byte[] encode(LinkMessage message) {
        return switch (message) {
            case Sent(Outgoing.UserBroadcast user) ->
                frame(
                        1,
                        channel(user.channel()),
                        text(user.event()),
                        new byte[] {(byte) (user.json() ? 1 : 0)},
                        user.payload(),
                        user.metadata());
            case Sent(Outgoing.Text text) ->
                frame(2, channel(text.channel()), text(text.event()), text(text.payload()));
            case Presence(PresenceChange.Joined joined) ->
                frame(
                        3,
                        channel(joined.channel()),
                        number(joined.channelId()),
                        text(joined.meta().key()),
                        text(joined.meta().ref()),
                        text(joined.meta().json()));
            case Presence(PresenceChange.Left left) -> frame(4, channel(left.channel()), number(left.channelId()));
            case StateBegin() -> frame(5);
            case StateEnd() -> frame(6);
            case Beat() -> frame(7);
            case Bye() -> frame(8);
        };
    }

    /**
     * @param frame without its length
     * @return null for a kind that a later version may know
     * @throws IllegalArgumentException for what no node sends
     */
    static @Nullable LinkMessage decode(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        try {
            return switch (in.get()) {
                case 1 -> {
                    ChannelName channel = channel(in);
                    String event = text(in);
                    boolean json = field(in)[0] == 1;
                    yield new Sent(
                            new Outgoing.UserBroadcast(channel, event, json, field(in), field(in), Optional.empty()));
                }
                case 2 -> new Sent(new Outgoing.Text(channel(in), text(in), text(in)));
                case 3 ->
                    new Presence(new PresenceChange.Joined(
                            channel(in), number(in), new PresenceTopic.Meta(text(in), text(in), text(in))));
                case 4 -> new Presence(new PresenceChange.Left(channel(in), number(in)));
                case 5 -> new StateBegin();
                case 6 -> new StateEnd();
                case 7 -> new Beat();
                case 8 -> new Bye();
                default -> null;
            };
        } catch (BufferUnderflowException | ArrayIndexOutOfBoundsException broken) {
            throw new IllegalArgumentException("a broken message of another node", broken);
        }
    }

    private static byte[] frame(int kind, byte[]... fields) {
        int length = 1;
        for (byte[] field : fields) {
            length += LENGTH_BYTES + field.length;
        }
        ByteBuffer out =
                ByteBuffer.allocate(LENGTH_BYTES + length).putInt(length).put((byte) kind);
        for (byte[] field : fields) {
            out.putInt(field.length).put(field);
        }
        return out.array();
    }

    private static byte[] field(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] field = new byte[length];
        in.get(field);
        return field;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer in) {
        return new String(field(in), StandardCharsets.UTF_8);
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static long number(ByteBuffer in) {
        return ByteBuffer.wrap(field(in)).getLong();
    }

    private static byte[] channel(ChannelName name) {
        return text((name.isPrivate() ? "1" : "0") + name.topic());
    }

    private static ChannelName channel(ByteBuffer in) {
        String name = text(in);
        if (name.isEmpty()) {
            throw new BufferUnderflowException();
        }
        return new ChannelName(name.substring(1), name.charAt(0) == '1');
    }
}
