package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a transaction of several steps ends: levels of isolation, tries, keys, and answers that are too large. */
class TxEndingTest {
    private static final String ORDER =
            "{'name':'order','method':'POST','path':'/orders?select=id','body':{'customer':1,'note':'n'}}";

    private static RestServer server;

    @BeforeAll
    static void open() throws Exception {
        server = TxFixture.serverWith(
                """
                create function strict() returns text language sql stable set default_transaction_isolation = 'serializable'
                  as $$ select current_setting('transaction_isolation') $$;
                create function level() returns text language sql stable as $$ select current_setting('transaction_isolation') $$;
                create function met_after(times int, found json) returns bigint language sql as $$ select public.met(times) $$;
                create function meets_late() returns trigger language plpgsql as $$
                  begin if nextval('public.tries') <= 2 then raise exception 'met' using errcode = '40001'; end if; return null; end $$;
                create table late (id int primary key);
                create constraint trigger late after insert on late deferrable initially deferred
                  for each row execute function meets_late();
                create table wide (id int primary key, words text);
                insert into wide select n, repeat('x', 300) from generate_series(1, 40) n;
                grant all on late, wide to rest_member;
                do $$ begin execute format('alter role rest_clerk in database %I set default_transaction_isolation = ''repeatable read''', current_database()); end $$;
                """, "rest.max-response=4KiB", "idempotency.max-answer=2KiB", "rest.tx-max-rows=30");
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
    }

    @BeforeEach
    void empty() {
        TxFixture.empty(server);
        server.execute("truncate late");
    }

    private static HttpResponse<String> send(String document, String... headers) throws Exception {
        return TxFixture.send(server, document, headers);
    }

    private static HttpResponse<String> steps(String... steps) throws Exception {
        return send("{'steps':[" + String.join(",", steps) + "]}");
    }

    private static void assertNoOrders() {
        assertThat(server.query("select count(*)::text from orders")).containsExactly("0");
    }

    @Test
    void theStrictestLevelThatAnybodyAsksForHolds() throws Exception {
        String level = "{'name':'l','method':'GET','path':'/rpc/level'}";
        String strict = "{'method':'POST','path':'/rpc/strict','body':{}}";
        String uses = "{'method':'GET','path':'/orders','query':{'note':{'eq':{'$ref':'l'}}}}";
        String clerk = "rest_clerk";
        record Case(String isolation, String role, String steps, String expected) {}
        for (Case each : new Case[] {
            new Case("", "rest_member", level, "read committed"),
            new Case("'isolation':'repeatable read',", "rest_member", level, "repeatable read"),
            new Case("", clerk, level, "repeatable read"),
            new Case("'isolation':'read committed',", clerk, level, "repeatable read"),
            new Case("'isolation':'serializable',", clerk, level, "serializable"),
            new Case("'isolation':'read committed',", "rest_member", strict + "," + level, "serializable"),
            new Case("'isolation':'repeatable read',", clerk, level + "," + strict, "serializable"),
            new Case("", "rest_member", level + "," + uses + "," + strict, "serializable")
        }) {
            var response = server.send(
                    "POST",
                    "/tx",
                    ("{" + each.isolation + "'steps':[" + each.steps + "]}").replace('\'', '"'),
                    "As-Role",
                    each.role);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).contains("\"body\":\"" + each.expected + "\"");
        }
    }

    @Test
    void anAnswerThatIsTooLargeIsFoundOutBeforeTheCommit() throws Exception {
        String read = "{'method':'GET','path':'/wide?limit=5'}";
        var both = steps(ORDER, read, read, read);
        assertThat(both.statusCode()).isEqualTo(413);
        assertThat(both.body()).contains("GLY-REST02", "\"details\":null", "\"step\":{\"index\":3}");
        assertNoOrders();
        var behind = steps(
                ORDER,
                read,
                read,
                "{'method':'GET','path':'/wide?limit=5','query':{'id':{'gte':{'$ref':'order.id'}}}}");
        assertThat(behind.statusCode()).as(behind.body()).isEqualTo(413);
        assertNoOrders();
        assertThat(steps(ORDER, read, read).statusCode()).isEqualTo(200);
    }

    @Test
    void rowsThatAreNotAnsweredDoNotCount() throws Exception {
        String all = "{'method':'PATCH','path':'/wide?id=gt.0','body':{'words':'y'}PREFER}";
        assertThat(steps(all.replace("PREFER", "")).statusCode()).isEqualTo(200);
        var rows =
                steps(all.replace("PREFER", ",'prefer':'return=representation'").replace("'y'", "'z'"));
        assertThat(TxFixture.code(rows)).isEqualTo("GLY-TX04");
        assertThat(server.query("select distinct words from wide")).containsExactly("y");
        server.execute("update wide set words = repeat('x', 300)");
    }

    @Test
    void anAnswerTooLargeToKeepUndoesEverything() throws Exception {
        String read = "{'method':'GET','path':'/wide?limit=5'}";
        String document = "{'steps':[" + ORDER + "," + read + "," + read + "]}";
        var response = send(document, "Idempotency-Key", "large");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(413);
        assertThat(response.body()).contains("GLY-IDEM05");
        assertNoOrders();
        assertThat(server.query("select count(*)::text from galley.idempotency"))
                .containsExactly("0");
    }

    @Test
    void anAnswerThatCannotBeKeptIsNoStepsFailure() throws Exception {
        String revoke = "execute on function galley.idempotency_end(text, integer, text, bytea, text) from public";
        server.execute("revoke " + revoke);
        try {
            for (String more :
                    new String[] {"", ",{'method':'GET','path':'/stock','query':{'id':{'eq':{'$ref':'order.id'}}}}"}) {
                var response = send("{'steps':[" + ORDER + more + "]}", "Idempotency-Key", "k-end");
                assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
                assertThat(response.body()).contains("42501").doesNotContain("\"step\"");
                assertNoOrders();
            }
        } finally {
            server.execute("grant " + revoke.replace(" from ", " to "));
        }
    }

    @Test
    void keysHoldForTheWhole() throws Exception {
        String document = "{'steps':[" + ORDER
                + ",{'method':'POST','path':'/items','body':{'order_id':{'$ref':'order.id'},'product':1,'n':N}}]}";
        var failed = send(document.replace("N}", "0}"), "Idempotency-Key", "k-all");
        assertThat(failed.statusCode()).isEqualTo(400);
        assertThat(failed.body()).contains("23514", "\"step\":{\"index\":1}");
        assertNoOrders();
        var done = send(document.replace("N}", "3}"), "Idempotency-Key", "k-all");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        var again = send(document.replace("N}", "3}"), "Idempotency-Key", "k-all");
        assertThat(again.body()).isEqualTo(done.body());
        assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
        var other = send(document.replace("N}", "4}"), "Idempotency-Key", "k-all");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(TxFixture.code(other)).isEqualTo("GLY-IDEM02");
        var stranger = server.send(
                "POST",
                "/tx",
                document.replace("N}", "3}").replace('\'', '"'),
                "As-User",
                "bob",
                "Idempotency-Key",
                "k-all");
        assertThat(stranger.statusCode()).as(stranger.body()).isEqualTo(200);
        assertThat(stranger.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(server.query("select count(*) || ' ' || (select count(*) from items) from orders"))
                .containsExactly("2 2");
    }

    @Test
    void aSecondWithTheKeyIsToldThatTheFirstIsUnderWay() throws Exception {
        String document = ("{'steps':[" + ORDER + ",{'method':'POST','path':'/rpc/nap','body':{'seconds':1.5}}]}")
                .replace('\'', '"');
        CompletableFuture<HttpResponse<String>> first =
                server.start("POST", "/tx", document, "As-User", "ada", "Idempotency-Key", "k-two");
        String napping = "select count(*)::text from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid() and wait_event = 'PgSleep'";
        TxFixture.await(server, napping, "1");
        var second = server.send("POST", "/tx", document, "As-User", "ada", "Idempotency-Key", "k-two");
        assertThat(second.statusCode()).as(second.body()).isEqualTo(409);
        assertThat(TxFixture.code(second)).isEqualTo("GLY-IDEM03");
        assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(server.query("select count(*)::text from orders")).containsExactly("1");
    }

    @Test
    void aTryThatFoundNothingLeavesNothingBehind() throws Exception {
        var response = steps(
                "{'name':'none','method':'GET','path':'/stock?id=eq.99'}",
                "{'method':'POST','path':'/rpc/met_after','body':{'times':2,'found':{'$ref':'none'}}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"results\":[{\"name\":\"none\",\"status\":200,\"rows\":0,\"body\":[]},"
                        + "{\"status\":200,\"rows\":1,\"body\":3}]}");
    }

    @Test
    void aConflictAtTheCommitIsTriedAgain() throws Exception {
        String late = "{'method':'POST','path':'/late','body':{'id':1}}";
        for (String[] headers : new String[][] {{}, {"Idempotency-Key", "k-late"}}) {
            empty();
            var response = send(
                    "{'steps':[{'name':'o','method':'GET','path':'/stock?id=eq.99'}," + ORDER + "," + late
                            + ",{'method':'GET','path':'/orders?select=note','query':{'id':{'eq':{'$ref':'order.id'}}}}]}",
                    headers);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).contains("\"rows\":0,\"body\":[]}", "\"rows\":1,\"body\":[{\"note\":\"n\"}]}");
            assertThat(server.query("select count(*)::text from orders")).containsExactly("1");
            assertThat(server.query("select last_value::text from tries")).containsExactly("3");
        }
    }

    @Test
    void entityTagsAreNotForTheWhole() throws Exception {
        var response = send("{'steps':[" + ORDER + "]}", "If-Match", "*");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TxFixture.code(response)).isEqualTo("GLY-TX01");
        assertNoOrders();
    }
}
