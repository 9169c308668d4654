package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The callers of one role cannot take what those of another need. */
class RoleShareTest {
    private static HttpRequest post(LiveService service, String role, String path, String body) {
        return HttpRequest.newBuilder(URI.create(service.url(path)))
                .header("X-Caller", role)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    @Test
    void fiftySleepersOfOneRoleLeaveAnotherServed() throws Exception {
        List<String> settings = List.of(
                "database.connections=8",
                "database.express-connections=0",
                "database.queue=40",
                "database.acquire-timeout=3s");
        try (LiveService service = new LiveService(
                        "role-share.sql", Set.of("share_anon", "share_user"), UnaryOperator.identity(), settings);
                HttpClient client = HttpClient.newHttpClient()) {
            List<CompletableFuture<HttpResponse<String>>> sleepers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                HttpRequest nap = post(service, "share_anon", "/rpc/nap", "{\"seconds\":6}");
                sleepers.add(client.sendAsync(nap, HttpResponse.BodyHandlers.ofString()));
            }
            // More than its part of the queue: refused at once, which also shows that all have arrived.
            HttpResponse<?> first =
                    (HttpResponse<?>) CompletableFuture.anyOf(sleepers.toArray(CompletableFuture[]::new))
                            .get(5, TimeUnit.SECONDS);
            assertThat(first.statusCode()).isEqualTo(503);
            assertThat(first.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(first.body().toString()).contains("\"code\":\"GLY-REST08\"");
            for (int id = 2; id < 12; id++) {
                long start = System.nanoTime();
                HttpResponse<String> written = client.send(
                        post(service, "share_user", "/notes", "{\"id\":" + id + "}"),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(written.statusCode()).as(written.body()).isEqualTo(201);
                assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
            }
            assertThat(sleepers).anyMatch(each -> !each.isDone());
            for (CompletableFuture<HttpResponse<String>> each : sleepers) {
                assertThat(each.get(20, TimeUnit.SECONDS).statusCode()).isIn(204, 503, 504);
            }
        }
    }
}
