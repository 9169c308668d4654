package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers of the database's own media types, raw bodies, and plans, on a real database. */
class MediaHandlerLiveTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final byte[] PICTURE = HexFormat.of().parseHex("89504e47005c0a");
    private static LiveService service;

    @BeforeAll
    static void open() throws Exception {
        service = new LiveService(
                "/live/media.sql",
                Set.of("media_user", "media_other"),
                door -> door,
                List.of("rest.plan-enabled=true", "rest.tx-end=commit-allow-override"));
    }

    @AfterAll
    static void close() {
        service.close();
    }

    private record Answer(int status, String type, byte[] bytes, HttpResponse<byte[]> response) {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static Answer send(String role, String method, String path, byte[] body, String... headers)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.url(path)))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .header("X-Caller", role + "/a");
        if (headers.length > 0) request.headers(headers);
        var response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        String type = response.headers().firstValue("Content-Type").orElse("");
        return new Answer(response.statusCode(), type, response.body(), response);
    }

    private static Answer get(String path, String accept) throws Exception {
        return send("media_user", "GET", path, new byte[0], "Accept", accept);
    }

    @Test
    void anAggregateMakesTheAnswerOfARelationAndOfFunctionsThatReturnItsRows() throws Exception {
        for (String path : List.of("/pets?order=id", "/rpc/all_pets?order=id", "/pets?select=*&order=id")) {
            Answer answer = get(path, "text/tab-separated-values");
            assertThat(answer.text()).as(path).isEqualTo("1\tRex\n2\tTom\n");
            assertThat(answer.type()).isEqualTo("text/tab-separated-values");
        }
        Answer counted = send(
                "media_user",
                "GET",
                "/pets?limit=1&order=id",
                new byte[0],
                "Accept",
                "text/csv",
                "Prefer",
                "count=exact");
        assertThat(counted.status()).isEqualTo(206);
        assertThat(counted.text()).isEqualTo("1;Rex\n");
        assertThat(counted.type()).isEqualTo("text/csv; charset=utf-8");
        assertThat(counted.response().headers().firstValue("Content-Range")).contains("0-0/2");
        assertThat(counted.response().headers().firstValue("Content-Disposition"))
                .contains("attachment");
        assertThat(get("/pets?select=id", "text/tab-separated-values").status()).isEqualTo(406);
        assertThat(get("/owners", "text/tab-separated-values").status()).isEqualTo(406);
        assertThat(get("/owners", "text/csv").text()).isEqualTo("id,name\n1,Ann");
    }

    @Test
    void anAggregateOverAnyElementTakesWhatIsSelected() throws Exception {
        assertThat(get("/pets?order=id", "pg/outfunc").text()).isEqualTo("(1,Rex,1)\n(2,Tom,)\n");
        assertThat(get("/pets?select=name,loud,owners(id)&id=eq.1", "pg/outfunc")
                        .text())
                .isEqualTo("(Rex,t,\"{\"\"id\"\": 1}\")\n");
        assertThat(get("/rpc/add?a=1&b=2", "pg/outfunc").text()).isEqualTo("3\n");
        Answer inserted = send(
                "media_user",
                "POST",
                "/owners",
                "{\"id\":9,\"name\":\"Zoe\"}".getBytes(StandardCharsets.UTF_8),
                "Accept",
                "pg/outfunc",
                "Prefer",
                "return=representation,tx=rollback");
        assertThat(inserted.status()).isEqualTo(201);
        assertThat(inserted.text()).isEqualTo("(9,Zoe)\n");
    }

    @Test
    void oneForAnyTypeAnswersAllAndMaySetTheType() throws Exception {
        assertThat(get("/numbers", "*/*").type()).isEqualTo("application/octet-stream");
        assertThat(get("/numbers", "application/json").text()).isEqualTo("1234");
        assertThat(get("/numbers?val=eq.2", "magic/number").text()).isEqualTo("2");
        assertThat(get("/numbers?val=eq.2", "magic/number").type()).isEqualTo("magic/number");
        assertThat(get("/numbers?val=eq.2", "application/vnd.pgrst.object").text())
                .isEqualTo("{\"val\":2}");
        assertThat(get("/numbers?select=val&val=eq.2", "application/json").text())
                .isEqualTo("[{\"val\":2}]");
    }

    @Test
    void aFunctionsValueIsTheAnswer() throws Exception {
        assertThat(get("/rpc/hello", "text/plain").text()).isEqualTo("hello, wörld");
        assertThat(get("/rpc/hello", "text/plain").type()).isEqualTo("text/plain; charset=utf-8");
        assertThat(get("/rpc/add?a=1&b=2", "text/csv").text()).isEqualTo("pgrst_scalar\n3");
        assertThat(get("/rpc/hello", "text/xml").status()).isEqualTo(406);
        assertThat(get("/rpc/hellos", "text/plain").status()).isEqualTo(406);
        assertThat(get("/rpc/nobody", "text/plain").bytes()).isEmpty();
        assertThat(get("/rpc/picture", "text/html,application/xml;q=0.9,image/png,*/*;q=0.8")
                        .bytes())
                .isEqualTo(PICTURE);
        assertThat(get("/rpc/picture", "*/*").text()).isEqualTo("\"\\\\x89504e47005c0a\"");
        Answer head = send("media_user", "HEAD", "/rpc/picture", new byte[0], "Accept", "image/png");
        assertThat(head.type()).isEqualTo("image/png");
        assertThat(head.bytes()).isEmpty();
    }

    @Test
    void aBodyIsTheOneUnnamedParameterUnlessItsNamesFitAnother() throws Exception {
        byte[] names = "{\"x\":1,\"y\":2}".getBytes(StandardCharsets.UTF_8);
        byte[] others = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        assertThat(send("media_user", "POST", "/rpc/echo", names, "Content-Type", "application/json")
                        .text())
                .isEqualTo("3");
        assertThat(send("media_user", "POST", "/rpc/echo", others, "Content-Type", "application/json")
                        .text())
                .isEqualTo("{\"a\":1}");
        assertThat(send(
                                "media_user",
                                "POST",
                                "/rpc/echo",
                                "é'".getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                "text/plain",
                                "Accept",
                                "text/plain")
                        .text())
                .isEqualTo("é'");
        assertThat(send(
                                "media_user",
                                "POST",
                                "/rpc/echo",
                                PICTURE,
                                "Content-Type",
                                "application/octet-stream",
                                "Accept",
                                "image/png")
                        .bytes())
                .isEqualTo(PICTURE);
        assertThat(send("media_user", "POST", "/rpc/echo", names, "Content-Type", "text/xml")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aHandlerThatTheRoleMayNotExecuteIsNotThere() throws Exception {
        Answer refused = send("media_other", "GET", "/pets", new byte[0], "Accept", "text/tab-separated-values");
        assertThat(refused.status()).isEqualTo(406);
        assertThat(refused.text()).doesNotContain("tsv_agg");
    }

    @Test
    void aPlanShowsWhatTheRoleMayReadAnyway() throws Exception {
        Answer text = get("/pets?id=eq.1", "application/vnd.pgrst.plan");
        assertThat(text.text()).startsWith("Aggregate  (cost=").contains("pets_pkey on pets", "Index Cond: (id = 1)");
        assertThat(text.type()).isEqualTo("application/vnd.pgrst.plan+text; for=\"application/json\"; charset=utf-8");
        Answer verbose = get("/pets", "application/vnd.pgrst.plan+json; for=\"text/csv\"; options=verbose|settings");
        assertThat(verbose.text()).contains("csv_agg(ROW(", "::pets)", "\"search_path\"");
        assertThat(verbose.response().headers().firstValue("Content-Range")).isEmpty();
        Answer write = send(
                "media_user", "DELETE", "/notes?id=eq.1", new byte[0], "Accept", "application/vnd.pgrst.plan+json");
        assertThat(write.status()).isEqualTo(200);
        assertThat(write.text()).contains("\"Operation\": \"Delete\"");
        assertThat(service.sql("select count(*) from notes")).containsExactly("50");
        assertThat(get("/secretledger", "application/vnd.pgrst.plan").status()).isEqualTo(403);
        assertThat(get("/pets", "application/vnd.pgrst.plan; options=wal").status())
                .isEqualTo(400);
    }

    @Test
    void aPlanIsReducedToCostsWhereItWouldTellMore() throws Exception {
        for (String options : List.of("", "; options=analyze|verbose", "; options=verbose|settings|buffers")) {
            for (String format : List.of("+text", "+json")) {
                Answer view = get("/totals", "application/vnd.pgrst.plan" + format + options);
                assertThat(view.status()).isEqualTo(200);
                assertThat(view.text())
                        .contains("Aggregate", "Seq Scan", format.equals("+json") ? "\"Total Cost\":" : "(cost=")
                        .doesNotContain("secret");
            }
        }
        assertThat(get("/totals", "application/vnd.pgrst.plan").text().lines())
                .first()
                .asString()
                .matches("Aggregate  \\(cost=[0-9.]+ rows=1 width=\\d+\\)");
        assertThat(get("/totals", "application/vnd.pgrst.plan+json").text()).startsWith("[{\"Plan\":{\"Node Type\":");
    }

    @Test
    void runningAStatementForItsPlanTellsNoCountsOfRowsKeptBack() throws Exception {
        String note = "/notes?note=eq.note";
        assertThat(get(note, "application/vnd.pgrst.plan").text()).contains("on notes");
        for (String format : List.of("+text", "+json")) {
            String plan = get(note, "application/vnd.pgrst.plan" + format + "; options=analyze")
                    .text();
            assertThat(plan).contains("Seq Scan").doesNotContain("Removed", "actual", "Actual");
            Answer triggers = send(
                    "media_user",
                    "DELETE",
                    "/pets?id=eq.2",
                    new byte[0],
                    "Accept",
                    "application/vnd.pgrst.plan" + format + "; options=analyze",
                    "Prefer",
                    "tx=rollback");
            assertThat(triggers.status()).isEqualTo(200);
            assertThat(triggers.text()).contains("ModifyTable").doesNotContain("secret", "Trigger");
        }
        assertThat(get("/pets", "application/vnd.pgrst.plan; options=analyze").text())
                .contains("actual");
    }
}
