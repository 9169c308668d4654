package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bodies that are checked beside the event loop are answered like all others. */
class LargeBodyTest {
    private static final List<String> BODIES = List.of(
            "{\"id\":101}",
            "[{\"id\":102},{\"id\":103}]",
            "[{\"id\":104},{\"other\":1}]",
            "[]",
            "",
            "nonsense",
            "{\"id\":105",
            "{\"id\":\"\u0000\"}",
            "7",
            "{\"nowhere\":1}",
            "{\"id\":101}",
            "{\"id\":\"text\"}");

    @Test
    void theyAreAnsweredAlike() throws Exception {
        assertThat(answers("rest.large-body=1")).isEqualTo(answers("rest.large-body=1GiB"));
    }

    @Test
    void severalMegabytesAreInserted() throws Exception {
        try (LiveService service = service("rest.large-body=128KiB")) {
            String rows = IntStream.range(1000, 200_000)
                    .mapToObj(id -> "{\"id\":" + id + "}")
                    .collect(Collectors.joining(",", "[", "]"));
            assertThat(send(service, "POST", "/notes", rows)).isEqualTo("201 ");
            String part = rows.substring(0, rows.indexOf(",{\"id\":100000}")).replace("{\"id\":", "{\"id\":5000") + "]";
            String steps = "{\"steps\":[{\"method\":\"POST\",\"path\":\"/notes\",\"body\":" + part + "}]}";
            assertThat(send(service, "POST", "/tx", steps)).startsWith("200 ");
            assertThat(service.sql("select count(*) from notes where id >= 1000"))
                    .containsExactly("298000");
        }
    }

    private static List<String> answers(String setting) throws Exception {
        try (LiveService service = service(setting)) {
            List<String> answers = new ArrayList<>();
            for (String body : BODIES) {
                answers.add(send(service, "POST", "/notes", body));
                answers.add(send(service, "PATCH", "/notes?id=eq.101", body));
                answers.add(send(service, "POST", "/rpc/nap", body));
                answers.add(send(service, "POST", "/nowhere", body));
                String steps = "{\"steps\":[{\"method\":\"GET\",\"path\":\"/notes?id=eq.101\"},"
                        + "{\"method\":\"POST\",\"path\":\"/notes\",\"body\":" + body.replace("10", "11") + "}]}";
                answers.add(send(service, "POST", "/tx", steps));
                answers.add(send(service, "POST", "/tx", steps, "Idempotency-Key", "bad\"key"));
            }
            answers.addAll(service.sql("select id from notes order by id"));
            return answers;
        }
    }

    private static LiveService service(String setting) throws Exception {
        return new LiveService(
                "role-share.sql", Set.of("share_anon", "share_user"), UnaryOperator.identity(), List.of(setting));
    }

    private static String send(LiveService service, String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.url(path)))
                .header("X-Caller", "share_user")
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }
}
