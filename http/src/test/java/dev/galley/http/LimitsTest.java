package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static TestEdge edge;

    @BeforeAll
    static void start() {
        edge = TestEdge.start(
                "http.max-body=1MiB",
                "http.head-timeout=300ms",
                "http.idle-timeout=600ms",
                "http.rate-grace=300ms",
                "http.min-rate=1000",
                "http.request-timeout=1s",
                "http.stalled-write-timeout=500ms");
    }

    @AfterAll
    static void stop() {
        edge.service.gate.tryComplete();
        edge.close();
    }

    @Test
    void acceptsARequestLineOf16Kilobytes() {
        assertThat(edge.get("/echo/hello?x=" + "a".repeat(16 * 1024)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesAnUrlOf64Kilobytes() {
        var answer = edge.get("/echo/hello?x=" + "a".repeat(64 * 1024));
        assertThat(answer.statusCode()).isEqualTo(414);
        assertThat(answer.body()).contains("GLY-H08");
    }

    @Test
    void refusesHeadersThatAreTooLarge() {
        var answer = edge.get("/echo/hello", "X-Big", "a".repeat(40 * 1024));
        assertThat(answer.statusCode()).isEqualTo(431);
        assertThat(answer.body()).contains("GLY-H10");
    }

    @Test
    void refusesALargeBodyByItsDeclaredLengthBeforeReadingIt() {
        try (RawClient raw = edge.raw()) {
            String heard = raw.say("POST /echo/body HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")
                    .hearToEnd();
            assertThat(heard).startsWith("HTTP/1.1 413 ").contains("GLY-H07");
        }
    }

    @Test
    void refusesALargeBodyBeforeSayingContinue() {
        try (RawClient raw = edge.raw()) {
            String heard = raw.say("POST /echo/body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 104857600\r\n\r\n")
                    .hearToEnd();
            assertThat(heard).startsWith("HTTP/1.1 413 ").doesNotContain("100 Continue");
        }
    }

    @Test
    void saysContinueWhenTheServiceReads() {
        try (RawClient raw = edge.raw()) {
            raw.say("POST /echo/body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(raw.hearUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
            raw.say("abc");
            assertThat(raw.hearUntil("\r\n\r\n3")).contains("200 OK");
        }
    }

    @Test
    void refusesALargeChunkedBodyWhileItStreams() {
        try (RawClient raw = edge.raw()) {
            raw.say("POST /echo/body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "a".repeat(65536) + "\r\n";
            for (int i = 0; i < 20; i++) {
                raw.say(chunk);
            }
            String heard = raw.hearToEnd();
            assertThat(RawClient.answers(heard)).isLessThanOrEqualTo(1);
        }
        TestEdge.eventually(() -> edge.service.bodyFailures.get() > 0, "the service hears of it");
    }

    @Test
    void refusesALargeBodyOverHttp2() {
        var answer = edge.send(HttpClient.Version.HTTP_2, "POST", "/echo/small", "a".repeat(11));
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void keepsTheLimitOfTheService() {
        assertThat(edge.send("POST", "/echo/small", "1234567890").body()).isEqualTo("1234567890");
        assertThat(edge.send("POST", "/echo/small", "12345678901").statusCode()).isEqualTo(413);
    }

    @Test
    void countsADecompressedBodyAndRefusesABomb() throws Exception {
        assertThat(gzipped(1000).body()).isEqualTo("1000");
        assertThat(gzipped(64 << 20).statusCode()).isEqualTo(413);
    }

    private static HttpResponse<String> gzipped(int size) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            byte[] zeros = new byte[1 << 16];
            for (int left = size; left > 0; left -= zeros.length) {
                gzip.write(zeros, 0, Math.min(left, zeros.length));
            }
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(edge.uri("/echo/body"))
                            .version(HttpClient.Version.HTTP_1_1)
                            .header("Content-Encoding", "gzip")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void closesAConnectionThatSaysNothing() {
        try (RawClient raw = edge.raw()) {
            assertThat(raw.hearToEnd()).isEmpty();
        }
    }

    @Test
    void closesAConnectionThatDribblesItsHead() {
        long begun = System.nanoTime();
        List<RawClient> slow = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            slow.add(edge.raw().say("GET /echo/hello HTTP/1.1\r\nX-"));
        }
        assertThat(edge.get("/echo/hello").statusCode()).as("others are served").isEqualTo(200);
        RawClient first = slow.getFirst();
        TestEdge.eventually(
                () -> {
                    first.say("a");
                    return System.nanoTime() - begun > 700_000_000L;
                },
                "time passes");
        slow.forEach(raw -> assertThat(raw.hearToEnd()).isEmpty());
        slow.forEach(RawClient::close);
    }

    @Test
    void closesAConnectionThatDribblesItsBody() {
        try (RawClient raw = edge.raw()) {
            raw.say("POST /echo/body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na");
            assertThat(RawClient.answers(raw.hearToEnd())).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void closesAnIdleConnectionAfterAnAnswer() {
        try (RawClient raw = edge.raw()) {
            String heard =
                    raw.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\n\r\n").hearToEnd();
            assertThat(heard).endsWith("hello");
        }
    }

    @Test
    void closesAConnectionThatDoesNotTakeItsAnswer() {
        int gone = edge.service.gone.get();
        try (RawClient raw = edge.raw()) {
            raw.say("GET /echo/flood HTTP/1.1\r\nHost: x\r\n\r\n");
            raw.hearUntil("\r\n\r\n");
            TestEdge.eventually(
                    () -> {
                        try {
                            return raw.socket.getInputStream().available() >= 0
                                    && edge.logged().contains("/echo/flood");
                        } catch (java.io.IOException e) {
                            return true;
                        }
                    },
                    "the connection is closed");
            assertThat(raw.hearToEnd().length()).isLessThan(EchoService.FLOOD_MEGABYTES << 20);
        }
        assertThat(edge.service.gone.get()).isGreaterThanOrEqualTo(gone);
    }

    @Test
    void answersARequestThatTakesTooLong() {
        var answer = edge.get("/echo/wait");
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("GLY-H12");
    }

    @Test
    void turnsAwayConnectionsOverTheLimit() {
        try (TestEdge small = TestEdge.start("http.max-connections=2");
                RawClient one = small.raw();
                RawClient two = small.raw()) {
            one.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\n\r\n").hearUntil("hello");
            two.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\n\r\n").hearUntil("hello");
            try (RawClient three = small.raw()) {
                assertThat(three.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\n\r\n")
                                .hearToEnd())
                        .isEmpty();
            }
            assertThat(one.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\n\r\n").hearUntil("hello"))
                    .contains("200 OK");
        }
    }

    @Test
    void turnsAwayTooManyConnectionsOfOneAddress() {
        try (TestEdge small = TestEdge.start("http.max-connections-per-address=1");
                RawClient one = small.raw()) {
            one.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\n\r\n").hearUntil("hello");
            try (RawClient two = small.raw()) {
                assertThat(two.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\n\r\n")
                                .hearToEnd())
                        .isEmpty();
            }
        }
    }
}
