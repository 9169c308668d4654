package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each limit of a request: what is within it is answered, what is beyond it is refused by its name. Others have tests where they belong. */
class RequestLimitsTest {
    private static final String SCRIPT = """
            do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
            create table tree (id int primary key, parent int references tree, body jsonb, words text);
            insert into tree select n, nullif(n / 2, 0), null, null from generate_series(1, 9) n;
            create function nap(seconds float) returns text language sql as $f$ select pg_sleep(seconds)::text $f$;
            create function long(characters int) returns text language sql stable as $f$ select repeat('x', characters) $f$;
            grant select, insert, update, delete on tree to rest_member;
            """;

    private static RestServer strict;

    @BeforeAll
    static void open() throws Exception {
        strict = new RestServer(
                true,
                SCRIPT,
                Set.of("rest_member"),
                "rest.max-depth=3",
                "rest.max-terms=8",
                "rest.max-json-depth=5",
                "rest.timeout=1500ms",
                "query.max-depth=2",
                "query.max-filter-terms=5",
                "query.max-select-items=5",
                "query.max-rows=3",
                "query.plan-cache-size=1",
                "query.bounded-rows=0",
                "database.prepared-statements=16",
                "database.longest-row=64KiB",
                "database.express-timeout=1ms",
                "idempotency.longest-key=16",
                "rest.openapi-cache=1KiB");
    }

    @AfterAll
    static void close() throws Exception {
        strict.close();
    }

    private static String times(int times, String text) {
        return IntStream.range(0, times).mapToObj(n -> text).collect(Collectors.joining());
    }

    private static String conditions(int number) {
        return "/tree?select=id" + times(number, "&id=gt.0");
    }

    private static String items(int number) {
        return "/tree?select="
                + IntStream.range(0, number).mapToObj(n -> "a" + n + ":id").collect(Collectors.joining(","));
    }

    private static String embeds(int levels) {
        return "/tree?select=id" + times(levels, ",tree!parent(id") + times(levels, ")");
    }

    private static String brackets(int levels) {
        return "/tree?select=id&or=" + times(levels, "(and") + "(id.eq.1)" + times(levels, ")");
    }

    @ParameterizedTest
    @CsvSource({
        "rest.max-terms, conditions, 8",
        "rest.max-terms, selected items, 8",
        "rest.max-depth, levels of embedding, 3",
        "rest.max-depth, nested conditions, 3",
        "query.max-filter-terms, filter terms, 5",
        "query.max-select-items, selected items, 5",
        "query.max-depth, embedding depth, 2",
    })
    void aRequestHasItsMeasure(String setting, String what, int most) throws Exception {
        boolean parsed = setting.startsWith("rest.");
        String path = switch (what) {
            case "conditions" -> conditions(most + 1);
            case "filter terms" -> conditions(most + 1);
            case "selected items" -> items(most + 1);
            case "nested conditions" -> brackets(most + 1);
            default -> embeds(parsed ? most + 2 : most + 1);
        };
        var refused = strict.get(path);
        assertThat(refused.statusCode()).as(path + refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("GLY-REST01", "too many " + what, "At most " + most + " are");
    }

    @Test
    void whatIsWithinTheMeasureIsAnswered() throws Exception {
        for (String path : new String[] {conditions(4), items(5), embeds(2), brackets(1)}) {
            var response = strict.get(path);
            assertThat(response.statusCode()).as(path + response.body()).isEqualTo(200);
        }
    }

    @Test
    void jsonNestsOnlySoDeep() throws Exception {
        String deep = "{\"id\":70,\"body\":%s1%s}";
        var within = strict.send("POST", "/tree", deep.formatted(times(4, "["), times(4, "]")));
        assertThat(within.statusCode()).as(within.body()).isEqualTo(201);
        var refused = strict.send("POST", "/tree", deep.formatted(times(5, "["), times(5, "]")));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("PGRST102");
        assertThat(strict.send("DELETE", "/tree?id=eq.70", "").statusCode()).isEqualTo(204);
    }

    /** The one limit that shortens an answer: the range says so. */
    @Test
    void moreRowsAreLeftOut() throws Exception {
        var rows = strict.get("/tree?select=id&order=id&limit=8", "Prefer", "count=exact");
        assertThat(rows.statusCode()).isEqualTo(206);
        assertThat(rows.headers().firstValue("Content-Range")).contains("0-2/9");
        assertThat(rows.body()).isEqualTo("[{\"id\":1},{\"id\":2},{\"id\":3}]");
    }

    @Test
    void aRequestThatTakesTooLongIsCancelled() throws Exception {
        var late = strict.send("POST", "/rpc/nap", "{\"seconds\":20}");
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(late.body()).contains("GLY-REST05");
        assertThat(strict.query("select count(*)::text from pg_stat_activity where datname = current_database()"
                        + " and wait_event = 'PgSleep' and state_change < now() - interval '10 seconds'"))
                .containsExactly("0");
    }

    @Test
    void aKeyHasItsLength() throws Exception {
        var refused = strict.send("POST", "/tree", "{\"id\":80}", "Idempotency-Key", "k".repeat(17));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("GLY-IDEM01");
        assertThat(strict.send("POST", "/tree", "{\"id\":80}", "Idempotency-Key", "k".repeat(16))
                        .statusCode())
                .isEqualTo(201);
        strict.execute("delete from tree where id = 80");
    }

    @Test
    void aRowHasItsLength() throws Exception {
        assertThat(strict.get("/rpc/long?characters=60000").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = strict.get("/rpc/long?characters=70000");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(413);
        assertThat(refused.body()).contains("GLY-REST02", "is longer than", "may have been made");
        assertThat(strict.get("/tree?select=id&id=eq.1").statusCode()).isEqualTo(200);
    }

    /** What is remembered is forgotten beyond its limit, and made again: nobody sees it. */
    @Test
    void whatIsRememberedIsBoundedUnseen() throws Exception {
        for (int round = 0; round < 2; round++) {
            for (int shape = 1; shape <= 40; shape++) {
                String path = "/tree?select=a" + shape + ":id&id=eq.1";
                assertThat(strict.get(path).body()).isEqualTo("[{\"a" + shape + "\":1}]");
            }
            var description = strict.get("/");
            assertThat(description.statusCode()).isEqualTo(200);
            assertThat(description.body()).hasSizeGreaterThan(1024);
        }
    }

    @Test
    void aDescriptionThatIsTooLongIsRefused() throws Exception {
        try (RestServer small = new RestServer(false, SCRIPT, Set.of("rest_member"), "rest.max-response=2KiB")) {
            for (int time = 0; time < 3; time++) {
                var refused = small.get("/");
                assertThat(refused.statusCode()).isEqualTo(413);
                assertThat(refused.body()).contains("GLY-REST02");
            }
            assertThat(small.send("HEAD", "/", "").statusCode()).isEqualTo(200);
            assertThat(small.get("/tree?select=id&id=eq.1").statusCode()).isEqualTo(200);
        }
    }
}
