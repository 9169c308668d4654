package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database expects to be too much work is not begun, in whatever form it is asked for. */
class CostLimitTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Set<String> ROLES = Set.of("cost_member", "cost_trusted");
    private static final int LIMIT = 100;

    private static LiveService limited;
    private static LiveService free;
    private static final List<TransactionRequest> SEEN = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        limited = new LiveService(
                "costs.sql",
                ROLES,
                CostLimitTest::watched,
                List.of(
                        "query.max-cost=" + LIMIT,
                        "query.max-cost-exempt=cost_trusted",
                        "query.max-rows=0",
                        "rest.plan-enabled=true"));
        free = new LiveService("costs.sql", ROLES, CostLimitTest::watched, List.of("query.max-rows=0"));
    }

    private static RequestTransaction watched(RequestTransaction door) {
        return request -> {
            SEEN.add(request);
            return door.run(request);
        };
    }

    @AfterAll
    static void close() {
        limited.close();
        free.close();
    }

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    private static HttpResponse<String> send(
            LiveService service, String role, String method, String path, String body, String... headers)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.url(path)))
                .header("X-Caller", role)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(limited, "cost_member", "GET", path, "", headers);
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("\"code\":\"GLY-REST07\"", "more than " + LIMIT)
                .doesNotContain("Scan", "events", "books", "rows=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/events",
                "/events?select=id&kind=eq.1",
                "/events?order=note&limit=1",
                "/events?note=like.*9*",
                "/shelves?select=id,books(title)",
                "/shelves?select=id,books!inner(title)&books.title=eq.x",
                "/books?select=title,shelves(name)",
                "/rpc/all_events?kind=eq.1",
                "/rpc/dear"
            })
    void whatIsDearIsRefused(String path) throws Exception {
        assertRefused(path.equals("/rpc/dear") ? send(limited, "cost_member", "POST", path, "{}") : get(path));
        assertThat(send(limited, "cost_trusted", "GET", "/events?select=id&limit=1&order=note", "")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/events?id=eq.7",
                "/events?at=gt.19990&select=id",
                "/events?limit=3&order=id",
                "/shelves",
                "/books?id=eq.1&select=title,shelves(name)",
                "/rpc/cheap"
            })
    void whatIsCheapIsDone(String path) throws Exception {
        var response = path.equals("/rpc/cheap") ? send(limited, "cost_member", "POST", path, "{}") : get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @Test
    void noFormOfTheAnswerGoesAroundIt() throws Exception {
        assertRefused(get("/events", "Accept", "text/csv"));
        assertRefused(get("/events", "Accept", "application/vnd.pgrst.array;nulls=stripped"));
        assertRefused(get("/events", "Accept", "application/vnd.pgrst.object"));
        assertRefused(get("/events", "Accept", "text/secret-note"));
        assertRefused(get("/events", "Range", "0-0", "Prefer", "count=exact"));
        assertRefused(get("/events?limit=1", "Prefer", "count=exact"));
        assertRefused(get("/events", "Accept", "application/vnd.pgrst.plan; options=analyze"));
        var head = send(limited, "cost_member", "HEAD", "/events", "");
        assertThat(head.statusCode()).isEqualTo(400);
        assertThat(head.headers().firstValue("Proxy-Status"))
                .hasValueSatisfying(s -> assertThat(s).contains("GLY-REST07"));
    }

    @Test
    void aPlanThatRunsNothingIsShown() throws Exception {
        var plan = get("/events", "Accept", "application/vnd.pgrst.plan");
        assertThat(plan.statusCode()).isEqualTo(200);
        assertThat(plan.body()).contains("Scan");
    }

    @ParameterizedTest
    @CsvSource({"PATCH, '{\"note\":\"x\"}'", "DELETE, ''"})
    void aWriteThatIsRefusedHasDoneNothing(String method, String body) throws Exception {
        String[] wishes = {"Prefer", "return=representation"};
        assertRefused(send(limited, "cost_member", method, "/events?kind=eq.1", body));
        assertRefused(send(limited, "cost_member", method, "/events?kind=eq.1&select=id", body, wishes));
        assertThat(limited.sql("select count(*) from events where note like 'note %'"))
                .containsExactly("20000");
        var one = send(limited, "cost_member", method, "/events?id=eq." + (method.equals("PATCH") ? 1 : 2), body);
        assertThat(one.statusCode()).isEqualTo(204);
        assertThat(limited.sql("select count(*) from events where note like 'note %'"))
                .containsExactly("19999");
        limited.sql("insert into events values (2, 2, 'note 2', 2) on conflict do nothing returning id");
        limited.sql("update events set note = 'note 1' where id = 1 returning id");
    }

    @Test
    void aFunctionThatIsRefusedWasNotCalled() throws Exception {
        assertRefused(send(limited, "cost_member", "POST", "/rpc/dear", "{}"));
        assertThat(limited.sql("select is_called from calls")).containsExactly("f");
    }

    @Test
    void aCheapValueOpensNoDoorForADearOne() throws Exception {
        assertThat(get("/events?select=id&at=gt.19999").statusCode()).isEqualTo(200);
        assertRefused(get("/events?select=id&at=gt.1"));
        assertThat(get("/events?select=id&at=gt.19999").statusCode()).isEqualTo(200);
        assertThat(get("/events?select=id&order=id&limit=2&offset=0").statusCode())
                .isEqualTo(200);
        assertRefused(get("/events?select=id&order=id&limit=2&offset=19000"));
    }

    @Test
    void oneRolesEstimateIsNotAnothers() throws Exception {
        String path = "/events?select=at&kind=eq.2";
        assertThat(send(limited, "cost_trusted", "GET", path, "").statusCode()).isEqualTo(200);
        assertRefused(get(path));
    }

    @Test
    void anErrorIsToldAsWithoutALimit() throws Exception {
        for (String path : List.of("/events?id=eq.x", "/rpc/cheap?select=a.b.c")) {
            var here = get(path);
            var there = send(free, "cost_member", "GET", path, "");
            assertThat(here.body()).isEqualTo(there.body());
            assertThat(here.statusCode()).isEqualTo(there.statusCode()).isBetween(400, 499);
        }
        var duplicate = send(limited, "cost_member", "POST", "/shelves", "{\"id\":1}");
        assertThat(duplicate.statusCode()).isEqualTo(409);
    }

    @Test
    void anEstimateIsAskedForOnceAndNotAtAllWithoutALimit() throws Exception {
        assertThat(get("/events?select=kind,at&id=eq.11").statusCode()).isEqualTo(200);
        assertThat(steps()).containsExactly("EXPLAIN");
        SEEN.clear();
        for (int id = 12; id < 20; id++)
            assertThat(get("/events?select=kind,at&id=eq." + id).statusCode()).isEqualTo(200);
        assertThat(steps()).hasSize(8).containsOnly("SELECT");
        SEEN.clear();
        assertThat(send(free, "cost_member", "GET", "/events?select=id", "").statusCode())
                .isEqualTo(200);
        assertThat(send(free, "cost_member", "PATCH", "/events?id=eq.5", "{\"note\":\"y\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(steps()).hasSize(3).doesNotContain("EXPLAIN");
        assertThat(SEEN).allMatch(each -> each.ending() instanceof TransactionRequest.Commit);
    }

    /** The first word of each statement that stood in the first round trip of a request. */
    private static List<String> steps() {
        return SEEN.stream()
                .flatMap(each -> each.steps().stream())
                .map(step -> step.statement().sql().strip().split("\\s", 2)[0].toUpperCase(java.util.Locale.ROOT))
                .toList();
    }
}
