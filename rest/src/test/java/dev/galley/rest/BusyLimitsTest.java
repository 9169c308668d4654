package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is answered while the database has more to do than it may, or takes longer than it may. */
class BusyLimitsTest {
    private static final String SCRIPT = """
            do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
            create function nap(seconds float) returns text language sql as $f$ select pg_sleep(seconds)::text $f$;
            create function hasty() returns text language sql set statement_timeout = '100ms' as $f$ select pg_sleep(20)::text $f$;
            create sequence tries;
            create function meets() returns void language plpgsql as $f$
              begin perform nextval('public.tries'); raise exception 'met' using errcode = '40001'; end $f$;
            grant usage on sequence tries to rest_member;
            """;

    private static List<HttpResponse<String>> naps(int number, double seconds, String... flags) throws Exception {
        try (RestServer rest = new RestServer(false, SCRIPT, Set.of("rest_member"), flags)) {
            List<CompletableFuture<HttpResponse<String>>> naps = new ArrayList<>();
            for (int i = 0; i < number; i++) naps.add(rest.start("POST", "/rpc/nap", "{\"seconds\":" + seconds + "}"));
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (var each : naps) answers.add(each.get(30, TimeUnit.SECONDS));
            assertThat(rest.send("POST", "/rpc/nap", "{\"seconds\":0}").statusCode())
                    .as("afterwards")
                    .isEqualTo(200);
            return answers;
        }
    }

    private static void assertRefused(List<HttpResponse<String>> answers) {
        List<HttpResponse<String>> refused =
                answers.stream().filter(each -> each.statusCode() != 200).toList();
        assertThat(refused).isNotEmpty().hasSizeLessThan(answers.size()).allSatisfy(each -> {
            assertThat(each.statusCode()).as(each.body()).isEqualTo(504);
            assertThat(each.body()).contains("PGRST003");
            assertThat(each.headers().firstValue("Retry-After")).isPresent();
        });
    }

    @Test
    void whoWaitsTooLongForAConnectionIsTold() throws Exception {
        assertRefused(
                naps(12, 1.2, "database.connections=3", "database.role-share=100", "database.acquire-timeout=500ms"));
    }

    @Test
    void whoFindsTheQueueFullIsTold() throws Exception {
        assertRefused(naps(
                20,
                0.4,
                "database.connections=3",
                "database.role-share=100",
                "database.queue=2",
                "database.acquire-timeout=20s"));
    }

    @Test
    void aStatementEndsAtItsFunctionsTimeout() throws Exception {
        try (RestServer rest = new RestServer(false, SCRIPT, Set.of("rest_member"))) {
            var ended = rest.send("POST", "/rpc/hasty", "{}");
            assertThat(ended.statusCode()).isEqualTo(500);
            assertThat(ended.body()).contains("57014", "statement timeout");
        }
    }

    @Test
    void aTransactionIsTriedOnlySoOften() throws Exception {
        try (RestServer rest = new RestServer(false, SCRIPT, Set.of("rest_member"), "database.conflict-retries=2")) {
            var met = rest.send("POST", "/rpc/meets", "{}");
            assertThat(met.statusCode()).isEqualTo(500);
            assertThat(met.body()).contains("40001");
            assertThat(rest.query("select last_value::text from tries")).containsExactly("3");
        }
    }
}
