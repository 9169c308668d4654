package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EdgeServerTest {
    private static TestEdge edge;

    @BeforeAll
    static void start() {
        edge = TestEdge.start();
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @Test
    void mountsServicesAndAnswersOverHttp1WithAReasonPhrase() {
        try (RawClient raw = edge.raw()) {
            raw.say("GET /echo/hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(raw.hearToEnd()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hello");
        }
    }

    @Test
    void answersOverHttp2WithoutTls() {
        var answer = edge.send(Version.HTTP_2, "GET", "/echo/hello", "");
        assertThat(answer.version()).isEqualTo(Version.HTTP_2);
        assertThat(answer.body()).isEqualTo("hello");
    }

    @Test
    void guardsConnectionsFromTheirFirstByte() {
        assertThat(Doorkeeper.enabled()).isTrue();
    }

    @Test
    void saysClearlyThatThePortIsTaken() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> TestEdge.start("http.port=" + other.getLocalPort()))
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + other.getLocalPort())
                    .hasMessageContaining("http.port");
        }
    }

    @Test
    void answersAnUnknownPathInTheEdgesShape() {
        var answer = edge.get("/nothing/here");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("\"code\":\"GLY-H05\"").contains("\"hint\"");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void tellsOnTheRootPageWhatRuns() {
        var answer = edge.get("/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"name\":\"galley\"", "\"version\":\"1.2.3\"", "\"services\":[\"echo\"]", "/health/ready");
    }

    @Test
    void keepsASaneRequestIdAndReplacesAnyOther() {
        assertThat(edge.get("/echo/hello", "X-Request-Id", "order-1234.A_b")
                        .headers()
                        .firstValue("x-request-id"))
                .hasValue("order-1234.A_b");
        for (String bad :
                new String[] {"short", "x".repeat(65), "with space in it", "quote\"quote\"", "semi;colon;x"}) {
            assertThat(edge.get("/echo/hello", "X-Request-Id", bad).headers().firstValue("x-request-id"))
                    .get()
                    .asString()
                    .matches("[0-9a-f]{16}");
        }
    }

    @Test
    void hidesTheCauseOfAnUnexpectedFailure() {
        var answer = edge.get("/echo/fail");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("GLY-H11").doesNotContain("secret").doesNotContain("Exception");
    }

    @Test
    void identifiesByHeaderAndByQueryOnlyWhereAsked() {
        assertThat(edge.get("/echo/who").body()).isEqualTo("KeyMissing");
        assertThat(edge.get("/echo/who", "apikey", "service").body()).isEqualTo("service_role");
        assertThat(edge.get("/echo/who?apikey=service").body()).isEqualTo("KeyMissing");
        assertThat(edge.get("/echo/socket?apikey=service").body()).isEqualTo("service_role");
        assertThat(edge.get("/echo/socket?apikey=nonsense").body()).isEqualTo("KeyUnknown");
    }

    @Test
    void tellsBrowsersNotToGuessTypes() {
        assertThat(edge.get("/echo/hello").headers().firstValue("x-content-type-options"))
                .hasValue("nosniff");
    }
}
