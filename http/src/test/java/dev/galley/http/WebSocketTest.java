package dev.galley.http;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WebSocketTest {
    private static final String HANDSHAKE = "GET /echo/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static TestEdge edge;

    @BeforeAll
    static void start() {
        edge = TestEdge.start();
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    /** What a client hears, in order; {@code close 1000 reason} at the end. */
    private static final class Ear implements WebSocket.Listener {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            heard.add("binary " + data.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("close " + code + " " + reason);
            return null;
        }

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
        }
    }

    private static WebSocket connect(Ear ear) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(edge.server.url().replace("http", "ws") + "/echo/ws"), ear)
                .join();
    }

    @Test
    void carriesTextAndBinaryWholeAndInParts() throws Exception {
        Ear ear = new Ear();
        WebSocket socket = connect(ear);
        socket.sendText("hällo", true).join();
        assertThat(ear.next()).isEqualTo("hällo");
        socket.sendText("in ", false).join();
        socket.sendPing(ByteBuffer.wrap(new byte[3])).join();
        socket.sendText("parts", true).join();
        assertThat(ear.next()).isEqualTo("in parts");
        for (int length : new int[] {0, 125, 126, 1000}) {
            socket.sendBinary(ByteBuffer.wrap(new byte[length]), true).join();
            assertThat(ear.next()).isEqualTo("binary " + length);
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
        assertThat(ear.next()).isEqualTo("close 1000 bye");
        TestEdge.eventually(() -> edge.logged().contains("CLOSE /echo/ws 1000"), "its end is logged");
        assertThat(edge.logged()).contains("GET /echo/ws 101");
    }

    @Test
    void refusesMessagesThatAreTooLongHoweverTheyAreCut() throws Exception {
        Ear ear = new Ear();
        connect(ear).sendText("x".repeat(1001), true).join();
        assertThat(ear.next()).startsWith("close 1009 ");
        Ear parts = new Ear();
        WebSocket socket = connect(parts);
        socket.sendText("x".repeat(600), false).join();
        socket.sendText("x".repeat(600), true).join();
        assertThat(parts.next()).startsWith("close 1009 ");
    }

    @Test
    void tellsAClientThatReadsTooSlowlyAndLetsItGo() {
        try (RawClient raw = handshaken()) {
            raw.say(frame(0x81, "flood " + "x".repeat(900)));
            assertThat(raw.hearToEnd()).contains("too slow");
            TestEdge.eventually(() -> edge.service.sockets.isEmpty(), "the socket is given up");
        }
    }

    @Test
    void doesNotTellWhatFailed() throws Exception {
        Ear ear = new Ear();
        connect(ear).sendText("fail", true).join();
        assertThat(ear.next()).isEqualTo("close 1011 ");
    }

    /** Frames as bytes, and what the protocol has as code for them. */
    private static final Map<String, Integer> VIOLATIONS = Map.ofEntries(
            entry("8101 61", 1002), // not masked
            entry("8380 00000000", 1002), // a reserved opcode
            entry("C180 00000000", 1002), // a reserved bit
            entry("8080 00000000", 1002), // a continuation of nothing
            entry("0980 00000000", 1002), // a ping in parts
            entry("8182 00000000 C328", 1007), // not UTF-8
            entry("8882 00000000 0001", 1002), // a close code that nobody may send
            entry("82FF 8000000000000000", 1002), // a length of two to the 63
            entry("82FF 0000000040000000 00000000", 1009), // a gigabyte
            entry("0181 00000000 61 8181 00000000 61", 1002)); // text within text

    @Test
    void closesWithTheCodeOfTheProtocol() {
        Map<String, RawClient> clients = new HashMap<>();
        VIOLATIONS.keySet().forEach(hex -> clients.put(hex, handshaken().say(bytes(hex))));
        clients.forEach((hex, raw) -> {
            String heard = raw.hearToEnd();
            assertThat(heard.length()).as(hex + ": " + heard).isGreaterThanOrEqualTo(4);
            assertThat(heard.charAt(0)).as(hex).isEqualTo((char) 0x88);
            assertThat(heard.charAt(2) * 256 + heard.charAt(3)).as(hex).isEqualTo(VIOLATIONS.get(hex));
            raw.close();
        });
    }

    @Test
    void endsFloodsOfPingsAndOfEmptyFragments() {
        try (RawClient pings = handshaken();
                RawClient fragments = handshaken()) {
            pings.say(bytes("8980 00000000").repeat(200));
            assertThat(pings.hearToEnd()).contains("too many control frames");
            fragments.say(bytes("0180 00000000") + bytes("0080 00000000").repeat(200));
            assertThat(fragments.hearToEnd()).contains("too many control frames");
        }
    }

    @Test
    void survivesNoise() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            try (RawClient raw = handshaken()) {
                byte[] noise = new byte[random.nextInt(1, 60)];
                random.nextBytes(noise);
                raw.say(new String(noise, StandardCharsets.ISO_8859_1));
            }
        }
        TestEdge.eventually(() -> edge.service.sockets.isEmpty(), "no socket is left");
        assertThat(edge.get("/echo/hello").body()).isEqualTo("hello");
    }

    @Test
    void answersWhatIsNoHandshake() {
        assertThat(edge.get("/echo/ws").statusCode()).isEqualTo(426);
        try (RawClient raw = edge.raw()) {
            raw.say(HANDSHAKE.replace("keep-alive, Upgrade", "close") + "\r\n");
            assertThat(raw.hearUntil("\r\n")).startsWith("HTTP/1.1 400 ");
        }
        try (RawClient raw = edge.raw()) {
            raw.say(HANDSHAKE.replace("Version: 13", "Version: 99") + "Connection: close\r\n\r\n");
            assertThat(raw.hearUntil("\r\n")).startsWith("HTTP/1.1 426 ");
        }
    }

    @Test
    void letsNoForeignWebPageIn() {
        try (TestEdge strict = TestEdge.start("http.cors-origins=https://app.example");
                RawClient foreign = strict.raw();
                RawClient own = strict.raw();
                RawClient program = strict.raw()) {
            foreign.say(HANDSHAKE + "Origin: https://evil.example\r\n\r\n");
            assertThat(foreign.hearUntil("GLY-H17")).startsWith("HTTP/1.1 403 ");
            own.say(HANDSHAKE + "Origin: https://app.example\r\n\r\n");
            assertThat(own.hearUntil("\r\n")).startsWith("HTTP/1.1 101 ");
            program.say(HANDSHAKE + "\r\n");
            assertThat(program.hearUntil("\r\n")).startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    void outlivesTheTimesOfRequests() throws Exception {
        try (TestEdge hasty = TestEdge.start(
                "http.head-timeout=200ms",
                "http.idle-timeout=200ms",
                "http.request-timeout=300ms",
                "http.stalled-write-timeout=200ms")) {
            Ear ear = new Ear();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(hasty.server.url().replace("http", "ws") + "/echo/ws"), ear)
                    .join();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_000);
            for (int i = 0; System.nanoTime() < end; i++) {
                socket.sendText("still " + i, true).join();
                assertThat(ear.next()).isEqualTo("still " + i);
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    @Test
    void isClosedByItsServiceWhenTheServerStops() throws Exception {
        TestEdge own = TestEdge.start();
        Ear ear = new Ear();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(own.server.url().replace("http", "ws") + "/echo/ws"), ear)
                .join();
        TestEdge.eventually(() -> own.service.sockets.size() == 1, "the socket is open");
        own.close();
        assertThat(ear.next()).isEqualTo("close 1012 restart");
        assertThatThrownBy(() -> {
                    socket.sendText("x", true).join();
                    throw new IOException("still open");
                })
                .isNotNull();
    }

    private static RawClient handshaken() {
        RawClient raw = edge.raw();
        raw.say(HANDSHAKE + "\r\n").hearUntil("\r\n\r\n");
        return raw;
    }

    private static String frame(int first, String text) {
        StringBuilder frame = new StringBuilder().append((char) first);
        if (text.length() < 126) {
            frame.append((char) (0x80 | text.length()));
        } else {
            frame.append((char) 0xfe).append((char) (text.length() >> 8)).append((char) (text.length() & 0xff));
        }
        return frame.append("\0\0\0\0").append(text).toString();
    }

    private static String bytes(String hex) {
        String digits = hex.replace(" ", "");
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < digits.length(); i += 2) {
            bytes.append((char) Integer.parseInt(digits.substring(i, i + 2), 16));
        }
        return bytes.toString();
    }
}
