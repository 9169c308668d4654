package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LifeCycleTest {

    @Test
    void tellsAServiceThatTheClientOfHttp1IsGone() {
        try (TestEdge edge = TestEdge.start()) {
            try (RawClient raw = edge.raw()) {
                raw.say("GET /echo/wait HTTP/1.1\r\nHost: x\r\n\r\n");
                TestEdge.eventually(() -> edge.service.requests.get() == 1, "the request arrives");
            }
            TestEdge.eventually(() -> edge.service.gone.get() == 1, "the service learns of it");
            TestEdge.eventually(() -> edge.logged().contains("/echo/wait 499"), "the log says so");
            edge.service.gate.complete();
        }
    }

    @Test
    void tellsAServiceThatTheStreamOfHttp2IsReset() {
        try (TestEdge edge = TestEdge.start()) {
            try (HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
                CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                        HttpRequest.newBuilder(edge.uri("/echo/wait")).build(), HttpResponse.BodyHandlers.ofString());
                TestEdge.eventually(() -> edge.service.requests.get() == 1, "the request arrives");
                answer.cancel(true);
                TestEdge.eventually(() -> edge.service.gone.get() == 1, "the service learns of it");
                client.shutdownNow();
            }
            edge.service.gate.complete();
        }
    }

    @Test
    void doesNotSayGoneWhenTheAnswerWasTaken() {
        try (TestEdge edge = TestEdge.start()) {
            edge.service.gate.complete();
            assertThat(edge.get("/echo/wait").body()).isEqualTo("waited");
            assertThat(edge.service.gone.get()).isZero();
        }
    }

    @Test
    void finishesRequestsInFlightAndTakesNoNewConnections() throws Exception {
        TestEdge edge = TestEdge.start("http.drain-timeout=10s");
        int port = edge.server.port();
        RawClient idle = edge.raw();
        idle.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\n\r\n").hearUntil("hello");
        RawClient busy = edge.raw();
        busy.say("GET /echo/wait HTTP/1.1\r\nHost: x\r\n\r\n");
        TestEdge.eventually(() -> edge.service.requests.get() == 2, "the request is in flight");
        HttpClient http2 =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        var stream = http2.sendAsync(
                HttpRequest.newBuilder(edge.uri("/echo/wait")).build(), HttpResponse.BodyHandlers.ofString());
        TestEdge.eventually(() -> edge.service.requests.get() == 3, "the stream is in flight");

        var stopped = edge.server.stop();
        assertThat(edge.server.stop()).as("stopping twice is stopping once").isSameAs(stopped);
        assertThat(idle.hearToEnd()).as("idle connections are closed at once").isEmpty();
        TestEdge.eventually(
                () -> {
                    try (Socket socket = new Socket("127.0.0.1", port)) {
                        return socket.isClosed();
                    } catch (ConnectException e) {
                        return true;
                    } catch (java.io.IOException e) {
                        return false;
                    }
                },
                "new connections are refused");
        assertThat(stopped.isComplete()).isFalse();
        assertThat(edge.service.stops.get()).isZero();

        edge.service.gate.complete();
        assertThat(busy.hearToEnd()).contains("200 OK").endsWith("waited");
        assertThat(stream.get(5, TimeUnit.SECONDS).body()).isEqualTo("waited");
        http2.close();
        TestEdge.await(stopped);
        assertThat(edge.service.stops.get()).isEqualTo(1);
        idle.close();
        busy.close();
    }

    @Test
    void cutsWhatDoesNotFinishInTheDrainTime() {
        TestEdge edge = TestEdge.start("http.drain-timeout=200ms");
        try (RawClient busy = edge.raw()) {
            busy.say("GET /echo/wait HTTP/1.1\r\nHost: x\r\n\r\n");
            TestEdge.eventually(() -> edge.service.requests.get() == 1, "the request is in flight");
            TestEdge.await(edge.server.stop());
            assertThat(busy.hearToEnd()).isEmpty();
            assertThat(edge.service.stops.get()).isEqualTo(1);
        }
    }

    @Test
    void isReadyOnlyWhenEveryServiceIsUp() {
        try (TestEdge edge = TestEdge.start()) {
            assertThat(edge.service.starts.get()).isEqualTo(1);
            assertThat(edge.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(edge.get("/health/ready").body()).contains("\"ready\"");
            edge.service.health = new Service.Down("no database");
            var answer = edge.get("/health/ready");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
            assertThat(answer.body()).contains("\"service\":\"echo\"", "\"reason\":\"no database\"");
            assertThat(edge.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void refusesTlsWithoutItsKey() {
        assertThatThrownBy(() -> TestEdge.settings("http.tls-certificate=/x.pem"))
                .hasMessageContaining("http.tls-key");
    }
}
