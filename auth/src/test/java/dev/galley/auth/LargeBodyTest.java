package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** A body beyond the limit is refused as the protocol does it, before it is sent. */
class LargeBodyTest {
    @Test
    void bothVersionsOfTheProtocolHaveTheirShape() throws Exception {
        try (AuthServer server = AuthServer.start("auth.max-body=10KiB");
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            for (String version : new String[] {AuthServer.NEWER, ""}) {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + "/signup"))
                        .header("apikey", server.keys.publishableKeys().getFirst())
                        .expectContinue(true)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"email\":\"" + "x".repeat(20_000) + "\"}"));
                if (!version.isEmpty()) {
                    request.header("X-Supabase-Api-Version", version);
                }
                HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(413);
                assertThat(answer.headers().firstValue("x-sb-error-code")).contains("request_entity_too_large");
                assertThat(answer.body())
                        .contains(
                                version.isEmpty()
                                        ? "\"code\":413,\"error_code\":\"request_entity_too_large\",\"msg\":"
                                        : "\"code\":\"request_entity_too_large\",\"message\":");
            }
        }
    }
}
