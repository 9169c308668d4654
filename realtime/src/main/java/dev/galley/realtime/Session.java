package dev.galley.realtime;

import dev.galley.http.EdgeSocket;
import dev.galley.http.JsonText;
import dev.galley.http.SocketFrame;
import dev.galley.http.SocketListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's socket: reads its messages, gives them to the channels, and joins new ones. Confined to its event loop. Whoever is
 * silent for too long, sends too much, or sends what is no message is let go.
 */
final class Session implements SocketListener {
    private static final String HEARTBEAT_TOPIC = "phoenix";
    private static final int RESTART = 1012;
    /** So many times the limit of messages end the socket and not only a channel. */
    private static final int PATIENCE = 2;

    private final Realtime realtime;
    private final LoopHub loop;
    private final EdgeSocket socket;
    private final Protocol protocol;
    private final ChannelToken key;
    private final String headers;
    private final Map<String, Channel> channels = new HashMap<>();
    private final Map<String, Joining> joining = new HashMap<>();
    private final Rate messages;
    private final Rate patience;
    private long heardAt = System.nanoTime();
    private boolean toFlush;

    /**
     * @param key what the connection was opened with; channels without a token of their own have its rights
     * @param headers of the request that opened the socket, as a JSON object
     */
    Session(Realtime realtime, LoopHub loop, EdgeSocket socket, Protocol protocol, ChannelToken key, String headers) {
        this.realtime = realtime;
        this.loop = loop;
        this.socket = socket;
        this.protocol = protocol;
        this.key = key;
        this.headers = headers;
        int limit = realtime.settings().limits().messagesOfClient();
        this.messages = new Rate(limit);
        this.patience = new Rate(PATIENCE * limit);
        loop.opened(this);
    }

    Realtime realtime() {
        return realtime;
    }

    LoopHub loop() {
        return loop;
    }

    Protocol protocol() {
        return protocol;
    }

    String headers() {
        return headers;
    }

    ChannelToken key() {
        return key;
    }

    @Override
    public void text(ByteBuf utf8) {
        read(ByteBufUtil.getBytes(utf8), true);
    }

    @Override
    public void binary(ByteBuf bytes) {
        read(ByteBufUtil.getBytes(bytes), false);
    }

    private void read(byte[] frame, boolean text) {
        long now = System.nanoTime();
        heardAt = now;
        Inbound message;
        try {
            message = text ? protocol.text(frame) : protocol.binary(frame);
        } catch (Inbound.Malformed malformed) {
            socket.close(WebSocketCloseStatus.INVALID_PAYLOAD_DATA.code(), String.valueOf(malformed.getMessage()));
            return;
        }
        if (!patience.admit(1, now)) {
            socket.close(WebSocketCloseStatus.POLICY_VIOLATION.code(), "too many messages");
            return;
        }
        if (!messages.admit(1, now)) {
            Channel flooded = channels.get(message.topic());
            if (flooded != null) {
                flooded.shutDown("Too many messages per second");
            }
            return;
        }
        route(message);
    }

    private void route(Inbound message) {
        if (message.topic().equals(HEARTBEAT_TOPIC)) {
            reply(message.joinRef(), message.ref(), HEARTBEAT_TOPIC, "ok", "{}");
            return;
        }
        if (message instanceof Inbound.Event event && event.event().equals("phx_join")) {
            join(event);
            return;
        }
        Channel channel = channels.get(message.topic());
        if (channel == null) {
            if (message instanceof Inbound.Event event && event.event().equals("phx_leave")) {
                leaveWhileJoining(event);
            } else if (message.ref() != null && !joining.containsKey(message.topic())) {
                unmatched(message);
            }
            return;
        }
        // What was meant for an earlier join of the same topic is not for this one.
        if (message.joinRef() == null || message.joinRef().equals(channel.joinRef())) {
            channel.receive(message);
        }
    }

    private void unmatched(Inbound message) {
        reply(message.joinRef(), message.ref(), message.topic(), "error", "{\"reason\":\"unmatched topic\"}");
    }

    private void join(Inbound.Event event) {
        if (!event.topic().startsWith(ChannelName.PREFIX)) {
            unmatched(event);
            return;
        }
        Channel before = channels.get(event.topic());
        if (before != null) {
            before.end();
        }
        Joining attempt = new Joining(this, event);
        Joining other = joining.put(event.topic(), attempt);
        if (other != null) {
            other.cancel();
        }
        attempt.start();
    }

    private void leaveWhileJoining(Inbound.Event event) {
        Joining attempt = joining.remove(event.topic());
        if (attempt != null) {
            attempt.cancel();
        }
        reply(event.joinRef(), event.ref(), event.topic(), "ok", "{}");
    }

    /** Whether one channel more may be joined; the one that is being joined does not count yet. */
    boolean hasRoom() {
        return channels.size() + joining.size() <= realtime.settings().limits().channels();
    }

    void joined(Channel channel) {
        joining.remove(channel.name().wire());
        channels.put(channel.name().wire(), channel);
    }

    void notJoined(Joining attempt, String topic) {
        joining.remove(topic, attempt);
    }

    void forget(Channel channel) {
        channels.remove(channel.name().wire(), channel);
    }

    /** The token's verification, once more. */
    ChannelToken.Check verify(String token) {
        return token.equals(key.text())
                ? new ChannelToken.Good(key)
                : ChannelToken.check(token, realtime.authenticator(), realtime.clock());
    }

    void sweep(long now) {
        if (now - heardAt > realtime.settings().timing().heartbeat().toNanos()) {
            socket.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE.code(), "no heartbeat");
            return;
        }
        List.copyOf(channels.values()).forEach(channel -> channel.sweep(now));
    }

    /** @param response JSON */
    void reply(@Nullable String joinRef, @Nullable String ref, String topic, String status, String response) {
        StringBuilder payload = new StringBuilder(32 + response.length()).append("{\"status\":");
        JsonText.quote(payload, status);
        payload.append(",\"response\":").append(response).append('}');
        send(protocol.message(joinRef, ref, topic, "phx_reply", payload.toString()));
    }

    void send(byte[] text) {
        SocketFrame frame = SocketFrame.text(text);
        send(frame);
        frame.release();
    }

    /** @return false when the client is gone or does not keep up */
    boolean send(SocketFrame frame) {
        boolean sent = socket.send(frame);
        if (sent && !toFlush) {
            toFlush = true;
            loop.flushLater(this);
        }
        return sent;
    }

    void flush() {
        toFlush = false;
        socket.flush();
    }

    void disconnect(int code, String reason) {
        socket.close(code, reason);
    }

    /** Says goodbye within the window, and when to come back: not all clients at once. */
    void drain(long windowMillis) {
        long in = windowMillis <= 0 ? 0 : ThreadLocalRandom.current().nextLong(windowMillis);
        long back = 500 + ThreadLocalRandom.current().nextLong(4_500);
        var _ = loop.loop()
                .schedule(
                        () -> socket.close(RESTART, "restarting; reconnect in " + back + " ms"),
                        in,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void closed() {
        loop.closed(this);
        realtime.sockets().decrementAndGet();
        Set<Joining> attempts = new HashSet<>(joining.values());
        joining.clear();
        attempts.forEach(Joining::cancel);
        List.copyOf(channels.values()).forEach(Channel::end);
    }
}
