package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
    private static TestEdge open;
    private static TestEdge listed;

    @BeforeAll
    static void start() {
        open = TestEdge.start();
        listed = TestEdge.start("http.cors-origins=https://app.example,https://two.example");
    }

    @AfterAll
    static void stop() {
        open.close();
        listed.close();
    }

    private static RawClient preflight(TestEdge edge, String path, String origin, String headers) {
        return edge.raw()
                .say("OPTIONS " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: " + origin
                        + "\r\nAccess-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: " + headers
                        + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo/hello", "/rest/v1/unknown", "/", "/health/ready", "/metrics"})
    void answersPreflightsEverywhereWithoutAskingWhoCalls(String path) {
        int served = open.service.requests.get();
        try (RawClient raw = preflight(open, path, "https://any.example", "apikey, x-my-own")) {
            String heard = raw.hearToEnd();
            assertThat(heard).startsWith("HTTP/1.1 200 ");
            assertThat(heard.toLowerCase(java.util.Locale.ROOT))
                    .contains("access-control-allow-origin: *\r\n")
                    .contains("access-control-allow-methods: get, post, patch, put, delete, options, head\r\n")
                    .contains("access-control-allow-headers: authorization, apikey, x-my-own, accept, accept-language,"
                            + " content-language\r\n")
                    .contains("access-control-max-age: ")
                    .contains("vary: origin, access-control-request-method, access-control-request-headers\r\n")
                    .doesNotContain("allow-credentials");
        }
        assertThat(open.service.requests.get()).isEqualTo(served);
    }

    @Test
    void listsWhatTheClientLibrariesSendWhenAskedForNothingSane() {
        try (RawClient raw = preflight(open, "/", "https://any.example", "a(b)")) {
            assertThat(raw.hearToEnd())
                    .contains("authorization, x-client-info, apikey, content-type, x-retry-count")
                    .contains("traceparent")
                    .doesNotContain("a(b)");
        }
    }

    @Test
    void exposesTheHeadersThatClientsRead() {
        HttpResponse<String> answer = open.get("/echo/hello", "Origin", "https://any.example");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
        assertThat(answer.headers().firstValue("access-control-expose-headers"))
                .get()
                .asString()
                .contains("Content-Range", "Preference-Applied", "X-Total-Count", "Upload-Offset", "x-relay-error");
    }

    @Test
    void letsErrorsBeReadAcrossOrigins() {
        assertThat(open.get("/nothing", "Origin", "https://a.example")
                        .headers()
                        .firstValue("access-control-allow-origin"))
                .hasValue("*");
    }

    @Test
    void reflectsAListedOriginOnlyAndTellsCachesSo() {
        var allowed = listed.get("/echo/hello", "Origin", "https://two.example").headers();
        assertThat(allowed.firstValue("access-control-allow-origin")).hasValue("https://two.example");
        assertThat(allowed.firstValue("access-control-allow-credentials")).hasValue("true");
        assertThat(allowed.allValues("vary")).anyMatch(vary -> vary.equalsIgnoreCase("origin"));
        var refused =
                listed.get("/echo/hello", "Origin", "https://app.example.evil").headers();
        assertThat(refused.firstValue("access-control-allow-origin")).isEmpty();
        assertThat(refused.allValues("vary")).anyMatch(vary -> vary.equalsIgnoreCase("origin"));
        try (RawClient raw = preflight(listed, "/", "https://evil.example", "apikey")) {
            assertThat(raw.hearToEnd()).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("allow-origin");
        }
    }
}
