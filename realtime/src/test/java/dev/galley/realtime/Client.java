package dev.galley.realtime;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client of the protocol that says exactly what it is told. What it hears is text: of version 2 the arrays as they come, of a
 * binary broadcast {@code binary TOPIC EVENT META ENCODING PAYLOAD}, and {@code close CODE REASON} at the end. Single quotes stand for
 * double ones, both ways.
 */
final class Client implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final WebSocket socket;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
    private volatile String closed = "";
    private int refs;

    private Client(String url) {
        socket = HTTP.newWebSocketBuilder().buildAsync(URI.create(url), this).join();
    }

    static Client connect(RealtimeServer server, String key) {
        return connect(server, key, "2.0.0");
    }

    static Client connect(RealtimeServer server, String key, String version) {
        return new Client(server.url().replace("http", "ws") + "/websocket?vsn=" + version + "&apikey=" + key);
    }

    /** Joins with this configuration and returns the reply. */
    String join(String topic, String config) {
        return join(topic, config, null);
    }

    String join(String topic, String config, @Nullable String token) {
        String ref = Integer.toString(++refs);
        say("['%s','%s','realtime:%s','phx_join',{'config':%s%s}]"
                .formatted(ref, ref, topic, config, token == null ? "" : ",'access_token':'" + token + "'"));
        return next(message -> message.startsWith("['" + ref + "','" + ref + "',"));
    }

    /** Joins, and fails when it may not. */
    Client joined(String topic, String config) {
        return joined(topic, config, null);
    }

    Client joined(String topic, String config, @Nullable String token) {
        String reply = join(topic, config, token);
        if (!reply.contains("'status':'ok'")) {
            throw new AssertionError(reply);
        }
        return this;
    }

    Client say(String message) {
        return raw(message.replace('\'', '"'));
    }

    synchronized Client raw(String message) {
        sent = sent.thenCompose(_ -> socket.sendText(message, true));
        return this;
    }

    synchronized Client raw(byte[] message) {
        sent = sent.thenCompose(_ -> socket.sendBinary(ByteBuffer.wrap(message), true));
        return this;
    }

    /** A broadcast as the clients of today send it. */
    Client broadcast(String topic, String event, String payload) {
        return raw(userBroadcast(
                "realtime:" + topic, event, 1, payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] userBroadcast(String topic, String event, int encoding, byte[] payload) {
        byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        byte[] eventBytes = event.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(8 + topicBytes.length + eventBytes.length + payload.length);
        frame.put((byte) 3).put((byte) 0).put((byte) 1);
        frame.put((byte) topicBytes.length)
                .put((byte) eventBytes.length)
                .put((byte) 0)
                .put((byte) encoding);
        frame.put((byte) '9').put(topicBytes).put(eventBytes).put(payload);
        return frame.array();
    }

    String next() {
        return next(_ -> true);
    }

    /** The next message for which this holds; those before are dropped. */
    String next(Predicate<String> wanted) {
        try {
            for (; ; ) {
                String message = heard.poll(10, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError(closed.isEmpty() ? "nothing more was heard" : closed);
                }
                if (wanted.test(message)) {
                    return message;
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String nextWith(String part) {
        return next(message -> message.contains(part));
    }

    /** Whatever came before has been heard when this returns; gives all of it. */
    String all() {
        String ref = "b" + ++refs;
        say("[null,'%s','phoenix','heartbeat',{}]".formatted(ref));
        StringBuilder all = new StringBuilder();
        for (; ; ) {
            String message = next();
            if (message.contains("'" + ref + "'")) {
                return all.toString();
            }
            all.append(message).append('\n');
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            heard.add(text.toString().replace('"', '\''));
            text.setLength(0);
        }
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            heard.add(decoded(ByteBuffer.wrap(binary.toByteArray())).replace('"', '\''));
            binary.reset();
        }
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private static String decoded(ByteBuffer frame) {
        int kind = frame.get();
        int topic = Byte.toUnsignedInt(frame.get());
        int event = Byte.toUnsignedInt(frame.get());
        int meta = Byte.toUnsignedInt(frame.get());
        int encoding = frame.get();
        return (kind == 4 ? "binary " : "kind " + kind + " ") + take(frame, topic) + " " + take(frame, event) + " "
                + take(frame, meta) + " " + encoding + " " + take(frame, frame.remaining());
    }

    private static String take(ByteBuffer frame, int length) {
        byte[] bytes = new byte[length];
        frame.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed = "close " + code + " " + reason;
        heard.add(closed);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed = "close 1006 " + error;
        heard.add("close 1006 ");
    }

    /** Without a word, as a client that crashes. */
    void crash() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").exceptionally(_ -> null).join();
    }
}
