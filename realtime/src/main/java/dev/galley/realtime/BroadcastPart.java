package dev.galley.realtime;

import dev.galley.realtime.Authorization.Extension;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/** Broadcasts of a channel's client. Confined to the channel's event loop. */
final class BroadcastPart {
    private static final String TOO_MANY = "Too many messages per second";
    private static final String TOO_LARGE = "\"payload_size_exceeded\"";

    private final Channel channel;
    private final JoinRequest.Broadcast asked;
    /** Bytes of the messages that wait for the policies' answer. */
    private long waiting;

    BroadcastPart(Channel channel, JoinRequest.Broadcast asked) {
        this.channel = channel;
        this.asked = asked;
    }

    void joined() {
        if (!asked.replicationReady()) {
            return;
        }
        var _ = channel.realtime()
                .stored()
                .ready()
                .thenRun(() -> channel.session().loop().loop().execute(() -> {
                    if (channel.isOpen()) {
                        channel.system("system", "ok", "Replication connection established");
                    }
                }));
    }

    /** With a payload of its own, which is passed on unchanged. */
    void receive(Inbound.UserBroadcast message) {
        if (message.json() && !isJson(message.payload())) {
            acknowledge(message.ref(), "error", "\"invalid_payload\"");
            return;
        }
        send(
                new Outgoing.UserBroadcast(channel.name(), message.event(), message.json(), message.payload()),
                message.payload().length,
                message.ref());
    }

    /** As text: whatever the payload holds is passed on. */
    void receive(Inbound.Event message) {
        String payload = message.payload().toString();
        send(
                new Outgoing.Text(channel.name(), Outgoing.Text.BROADCAST, payload),
                payload.getBytes(StandardCharsets.UTF_8).length,
                message.ref());
    }

    private void send(Outgoing message, int size, @Nullable String ref) {
        if (size > channel.realtime().settings().limits().payload()) {
            acknowledge(ref, "error", TOO_LARGE);
            return;
        }
        if (!channel.realtime().rates().messages().admit(1)) {
            channel.shutDown(TOO_MANY);
            return;
        }
        if (!channel.name().isPrivate()) {
            deliver(message, ref);
            return;
        }
        waiting += size;
        if (waiting > Math.max(size, channel.realtime().settings().limits().waiting())) {
            channel.shutDown(TOO_MANY);
            return;
        }
        // Completed futures call back in order, so messages stay in order too.
        var _ = channel.permissions().write(Extension.BROADCAST).onComplete(allowed -> {
            waiting -= size;
            if (allowed.succeeded() && allowed.result() && channel.isOpen()) {
                deliver(message, ref);
            }
        });
    }

    private void deliver(Outgoing message, @Nullable String ref) {
        channel.realtime().broadcasts().send(message, asked.self() ? null : channel);
        acknowledge(ref, "ok", "{}");
    }

    private void acknowledge(@Nullable String ref, String status, String response) {
        if (asked.ack()) {
            channel.reply(ref, status, response);
        }
    }

    /** Receivers read it as it is: what is no JSON would fail in each of them, or pass for other fields of a text message. */
    static boolean isJson(byte[] payload) {
        try (JsonParser parser = TextFrames.JSON.createParser(payload)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException unreadable) {
            return false;
        }
    }
}
