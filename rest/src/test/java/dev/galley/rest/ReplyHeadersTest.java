package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Location, Content-Range and Vary, and HEAD, on a real database. */
class ReplyHeadersTest {
    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                create table pairs (a int, "b c" text, note text, primary key (a, "b c"));
                create table keyless (a int);
                create table drawn (id int generated always as identity primary key, word text default 'w');
                create function numbers() returns setof int language sql stable as 'select generate_series(1, 4)';
                grant select, insert, update, delete on pairs, keyless, drawn to rest_member;
                """, Set.of("rest_member"));
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    @BeforeEach
    void fill() {
        rest.execute("truncate pairs, keyless; truncate drawn restart identity;"
                + "insert into pairs select n, 'x', 'n' from generate_series(1, 5) n");
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    private static HttpResponse<String> post(String path, String body, String prefer) throws Exception {
        return rest.send("POST", path, body, "Prefer", prefer);
    }

    @Test
    void aNewRowIsFoundAtItsLocation() throws Exception {
        var made = post("/pairs", "{\"a\":9,\"b c\":\"y &=/é\"}", "return=headers-only");
        assertThat(made.statusCode()).isEqualTo(201);
        String location = header(made, "Location");
        assertThat(location).isEqualTo("/pairs?a=eq.9&b%20c=eq.y%20%26%3D%2F%C3%A9");
        assertThat(rest.get(location).body()).contains("\"a\":9", "y &=/é");
        assertThat(header(post("/drawn", "{}", "return=headers-only"), "Location"))
                .isEqualTo("/drawn?id=eq.1");
    }

    @Test
    void severalRowsAndRowsWithoutAKeyHaveNone() throws Exception {
        assertThat(header(
                        post("/pairs", "[{\"a\":7,\"b c\":\"x\"},{\"a\":8,\"b c\":\"x\"}]", "return=headers-only"),
                        "Location"))
                .isEqualTo("none");
        assertThat(header(post("/keyless", "{\"a\":1}", "return=headers-only"), "Location"))
                .isEqualTo("none");
        assertThat(header(post("/pairs", "{\"a\":1,\"b c\":\"x\"}", "return=headers-only"), "Location"))
                .as("of a row that could not be written")
                .isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({
        "/pairs, , '', 200, 0-4/*",
        "/pairs, , count=exact, 200, 0-4/5",
        "/pairs?limit=2, , count=exact, 206, 0-1/5",
        "/pairs?limit=2&offset=3, , count=exact, 206, 3-4/5",
        "/pairs?offset=5, , count=exact, 206, */5",
        "/pairs?offset=6, , count=exact, 416, */5",
        "/pairs?offset=6, , '', 200, */*",
        "/pairs?a=eq.99, , count=exact, 200, */0",
        "/pairs, 1-2, count=exact, 206, 1-2/5",
        "/pairs, 3-, count=exact, 206, 3-4/5",
        "/pairs?limit=1, 0-9, '', 200, 0-0/*",
        "/rpc/numbers, , count=exact, 200, 0-3/4",
        "/rpc/numbers?limit=1&offset=1, , count=exact, 206, 1-1/4",
    })
    void theRangeSaysWhichRowsTheseAre(String path, String range, String prefer, int status, String expected)
            throws Exception {
        List<String> headers = new java.util.ArrayList<>();
        if (range != null) headers.addAll(List.of("Range-Unit", "items", "Range", range));
        if (!prefer.isEmpty()) headers.addAll(List.of("Prefer", prefer));
        var response = rest.get(path, headers.toArray(String[]::new));
        assertThat(response.statusCode() + " " + header(response, "Content-Range"))
                .as(response.body())
                .isEqualTo(status + " " + expected);
    }

    @Test
    void writesTellHowManyRowsTheyWrote() throws Exception {
        assertThat(header(post("/drawn", "[{},{}]", "count=exact"), "Content-Range"))
                .isEqualTo("*/2");
        var updated = rest.send("PATCH", "/pairs?a=lt.3", "{\"note\":\"m\"}", "Prefer", "count=exact");
        assertThat(header(updated, "Content-Range")).isEqualTo("0-1/2");
        var none = rest.send("PATCH", "/pairs?a=gt.99", "{\"note\":\"m\"}", "Prefer", "count=exact");
        assertThat(header(none, "Content-Range")).isEqualTo("*/0");
        var deleted = rest.send("DELETE", "/pairs?a=lt.3", "", "Prefer", "count=exact");
        assertThat(header(deleted, "Content-Range")).isEqualTo("*/2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/pairs", "/pairs?a=gt.2&limit=1", "/pairs?a=eq.99", "/rpc/numbers", "/rpc/numbers?limit=2", "/"
            })
    void headIsGetWithoutItsBody(String path) throws Exception {
        for (String prefer : List.of("count=exact", "count=planned", "handling=lenient")) {
            var get = rest.get(path, "Prefer", prefer);
            var head = rest.send("HEAD", path, "", "Prefer", prefer);
            assertThat(head.statusCode()).isEqualTo(get.statusCode());
            assertThat(head.body()).isEmpty();
            assertThat(comparable(head)).isEqualTo(comparable(get));
        }
    }

    @Test
    void headOfAnErrorIsTheErrorWithoutItsBody() throws Exception {
        for (String path : List.of("/none", "/pairs?none=eq.1", "/pairs?offset=9", "/rpc/none")) {
            var get = rest.get(path, "Prefer", "count=exact");
            var head = rest.send("HEAD", path, "", "Prefer", "count=exact");
            assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode()).isGreaterThanOrEqualTo(400);
            assertThat(head.body()).isEmpty();
            assertThat(comparable(head)).as(path).isEqualTo(comparable(get));
        }
    }

    /** How long a body is and how it travels is not told of one that is not there. */
    private static Map<String, List<String>> comparable(HttpResponse<String> response) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(response.headers().map());
        headers.keySet().removeAll(List.of("content-length", "transfer-encoding"));
        return headers;
    }

    /** Caches between us and the client must know what else an answer depends on, also of errors. */
    @Test
    void everyAnswerSaysWhatItVariesWith() throws Exception {
        String tag = header(rest.get("/pairs"), "ETag");
        List<HttpResponse<String>> responses = List.of(
                rest.get("/pairs"),
                rest.get("/pairs?limit=1", "Prefer", "count=exact"),
                rest.get("/pairs", "If-None-Match", tag),
                rest.get("/pairs?offset=9", "Prefer", "count=exact"),
                rest.get("/pairs?none=eq.1"),
                rest.get("/none"),
                rest.get("/pairs", "Accept", "application/unknown"),
                rest.get("/"),
                rest.get("/rpc/numbers"),
                rest.send("HEAD", "/pairs", ""),
                rest.send("OPTIONS", "/pairs", ""),
                rest.send("POST", "/drawn", "{}"),
                rest.send("POST", "/drawn", "{"),
                rest.send("PATCH", "/pairs?a=eq.1", "{\"note\":\"m\"}", "If-Match", "\"other\""),
                rest.send("DELETE", "/pairs?a=eq.1", ""),
                rest.send("POST", "/tx", "{\"steps\":[{\"method\":\"GET\",\"path\":\"/pairs\"}]}"));
        assertThat(responses)
                .extracting(HttpResponse::statusCode)
                .contains(200, 206, 304, 416, 400, 404, 406, 201, 412);
        assertThat(responses)
                .allSatisfy(response -> assertThat(header(response, "Vary")).isEqualTo("Accept, Prefer, Range"));
    }
}
