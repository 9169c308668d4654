package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The access log, the metrics, compression, client addresses. */
class ObservationTest {

    @Test
    void logsOneLinePerRequestWithoutItsQuery() {
        try (TestEdge edge = TestEdge.start()) {
            edge.get("/echo/socket?apikey=service&token=hidden", "X-Request-Id", "req-00001");
            edge.get(
                    "/nothing?access_token=hidden",
                    "traceparent",
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            TestEdge.eventually(() -> edge.logged().split("\n").length == 2, "two lines");
            String[] lines = edge.logged().split("\n");
            assertThat(lines[0])
                    .matches("\\S+Z 127\\.0\\.0\\.1 GET /echo/socket 200 12B \\d+\\.\\d{3}ms req-00001 service_role");
            assertThat(lines[1]).contains("/nothing 404 ").endsWith(" trace=0af7651916cd43dd8448eb211c80319c");
            assertThat(edge.logged()).doesNotContain("apikey", "hidden", "token=");
        }
    }

    @Test
    void logsJsonThatARequestCannotForge() {
        try (TestEdge edge = TestEdge.start("http.access-log=json")) {
            try (RawClient raw = edge.raw()) {
                raw.say("GET /x\"}{\"\\ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        .hearToEnd();
            }
            edge.get("/%0d%0aforged", "X-Request-Id", "bad id");
            TestEdge.eventually(() -> edge.logged().split("\n").length == 2, "two lines");
            for (String line : edge.logged().split("\n")) {
                var json = new io.vertx.core.json.JsonObject(line);
                assertThat(json.getInteger("status")).isEqualTo(404);
                assertThat(json.getString("requestId")).matches("[0-9a-f]{16}");
            }
        }
    }

    @Test
    void logsNothingWhenOff() {
        try (TestEdge edge = TestEdge.start("http.access-log=off")) {
            edge.get("/echo/hello");
            assertThat(edge.get("/nothing").statusCode()).isEqualTo(404);
            assertThat(edge.logged()).isEmpty();
        }
    }

    @Test
    void countsByServiceMethodAndClassButNeverByPath() {
        try (TestEdge edge = TestEdge.start()) {
            for (int i = 0; i < 50; i++) {
                edge.get("/echo/hello?" + i);
                edge.get("/nothing/" + i);
            }
            edge.get("/echo/fail");
            String metrics = edge.get("/metrics").body();
            assertThat(metrics)
                    .contains("galley_http_requests_seconds_count{method=\"GET\",service=\"echo\",status=\"2xx\"} 50")
                    .contains("galley_http_requests_seconds_count{method=\"GET\",service=\"echo\",status=\"5xx\"} 1")
                    .contains("galley_http_requests_seconds_count{method=\"GET\",service=\"edge\",status=\"4xx\"} 50")
                    .contains("_bucket{method=\"GET\",service=\"echo\",status=\"2xx\",le=\"0.005\"}")
                    .contains("galley_http_connections ", "jvm_memory_heap_used_bytes ", "jvm_threads ")
                    .doesNotContain("nothing");
        }
    }

    @Test
    void showsMetricsToThisMachineOrTheServiceKeyOnly() {
        try (TestEdge edge = TestEdge.start("http.trusted-proxies=127.0.0.1")) {
            assertThat(edge.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(edge.get("/metrics", "X-Forwarded-For", "203.0.113.9").statusCode())
                    .isEqualTo(403);
            assertThat(edge.get("/metrics", "X-Forwarded-For", "203.0.113.9", "apikey", "service")
                            .statusCode())
                    .isEqualTo(200);
        }
        // A proxy on this machine that nobody told us of.
        try (TestEdge edge = TestEdge.start()) {
            assertThat(edge.get("/metrics", "X-Forwarded-For", "203.0.113.9").statusCode())
                    .isEqualTo(403);
            assertThat(edge.get("/metrics", "Forwarded", "for=203.0.113.9").statusCode())
                    .isEqualTo(403);
        }
        try (TestEdge edge = TestEdge.start("http.metrics-access=service-key")) {
            assertThat(edge.get("/metrics").body()).contains("GLY-H13");
        }
    }

    @Test
    void believesForwardedAddressesOfTrustedProxiesOnly() {
        try (TestEdge edge = TestEdge.start()) {
            assertThat(edge.get("/echo/client", "X-Forwarded-For", "203.0.113.9")
                            .body())
                    .isEqualTo("127.0.0.1");
        }
        try (TestEdge edge = TestEdge.start("http.trusted-proxies=127.0.0.0/8,10.0.0.0/8")) {
            assertThat(edge.get("/echo/client", "X-Forwarded-For", "1.1.1.1, 203.0.113.9, 10.1.2.3")
                            .body())
                    .isEqualTo("203.0.113.9");
            assertThat(edge.get("/echo/client", "X-Forwarded-For", "203.0.113.9, nonsense")
                            .body())
                    .isEqualTo("127.0.0.1");
            assertThat(edge.get("/echo/client", "X-Forwarded-For", "2001:db8::1")
                            .body())
                    .isEqualTo("2001:db8::1");
        }
    }

    @Test
    void compressesTextWhenAskedAndNothingElse() {
        try (TestEdge edge = TestEdge.start()) {
            for (HttpClient.Version version : HttpClient.Version.values()) {
                if (!version.name().equals("HTTP_1_1") && !version.name().equals("HTTP_2")) {
                    continue;
                }
                var text = edge.send(version, "GET", "/echo/big", "", "Accept-Encoding", "gzip");
                assertThat(text.headers().firstValue("content-encoding"))
                        .as("%s", version)
                        .hasValue("gzip");
                assertThat(text.headers().allValues("vary").toString()).containsIgnoringCase("accept-encoding");
                var plain = edge.send(version, "GET", "/echo/big", "");
                assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
                assertThat(plain.body()).hasSize(20_004);
                var image = edge.send(version, "GET", "/echo/big?type=image/png", "", "Accept-Encoding", "gzip");
                assertThat(image.headers().firstValue("content-encoding"))
                        .as("%s", version)
                        .isEmpty();
                var small = edge.send(version, "GET", "/echo/hello", "", "Accept-Encoding", "gzip");
                assertThat(small.headers().firstValue("content-encoding"))
                        .as("%s", version)
                        .isEmpty();
            }
        }
    }

    @Test
    void keepsRequestsApartUnderConcurrency() throws Exception {
        try (TestEdge edge = TestEdge.start("http.max-streams=1000");
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                HttpRequest.Builder request = HttpRequest.newBuilder(edge.uri("/echo/who"))
                        .version(i % 4 < 2 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2)
                        .header("X-Request-Id", "request-" + i);
                if (i % 2 == 0) {
                    request.header("apikey", "service");
                }
                answers.add(client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()));
            }
            for (int i = 0; i < answers.size(); i++) {
                var answer = answers.get(i).get(10, TimeUnit.SECONDS);
                assertThat(answer.body()).isEqualTo(i % 2 == 0 ? "service_role" : "KeyMissing");
                assertThat(answer.headers().firstValue("x-request-id")).hasValue("request-" + i);
            }
        }
    }
}
