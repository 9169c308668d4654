package dev.galley.rest;

import static dev.galley.rest.RestServer.compact;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes with both {@code If-Match} and {@code Idempotency-Key}: the key is looked at first, and a refusal is not kept. */
class GuardedOnceTest {
    private static final String ONE = "/notes?id=eq.1";

    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(true, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                create table notes (id int primary key, body text, changes int not null default 0);
                grant select, insert, update, delete on notes to rest_member;
                create function counted() returns trigger language plpgsql as $f$
                    begin new.changes := old.changes + 1; return new; end $f$;
                create trigger counted before update on notes for each row execute function counted();
                """, Set.of("rest_member"));
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    @BeforeEach
    void fill() {
        rest.execute("truncate notes, galley.idempotency; insert into notes values (1, 'one')");
    }

    private static HttpResponse<String> write(String method, String body, String tag, String key) throws Exception {
        return rest.send(method, ONE, body, headers(tag, key));
    }

    private static String[] headers(String tag, String key) {
        return new String[] {
            "If-Match", tag, "Idempotency-Key", key, "Prefer", "return=representation", "As-User", "alice"
        };
    }

    private static String tag() throws Exception {
        return rest.get(ONE).headers().firstValue("ETag").orElseThrow();
    }

    private static boolean replayed(HttpResponse<String> response) {
        return response.headers().firstValue("Idempotency-Replayed").isPresent();
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(412);
        assertThat(response.body()).contains("GLY-REST20");
        assertThat(replayed(response)).isFalse();
    }

    /** The tag has been changed by the write itself; whoever lost its answer must get that, not a refusal. */
    @Test
    void aRetryGetsTheAnswerAlthoughItsTagIsStaleByNow() throws Exception {
        String read = tag();
        var first = write("PATCH", "{\"body\":\"mine\"}", read, "k");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(compact(first)).isEqualTo("[{\"id\":1,\"body\":\"mine\",\"changes\":1}]");
        assertThat(replayed(first)).isFalse();
        assertThat(tag()).isNotEqualTo(read);

        var again = write("PATCH", "{\"body\":\"mine\"}", read, "k");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(replayed(again)).isTrue();
        assertThat(again.headers().allValues("ETag"))
                .isEqualTo(first.headers().allValues("ETag"))
                .containsExactly(tag());
        assertThat(rest.query("select changes from notes")).containsExactly("1");
    }

    @Test
    void theTagOfTheAnswerIsGoodForTheNextWrite() throws Exception {
        var first = write("PATCH", "{\"body\":\"a\"}", tag(), "k1");
        String given = first.headers().firstValue("ETag").orElseThrow();
        assertThat(write("PATCH", "{\"body\":\"b\"}", given, "k2").statusCode()).isEqualTo(200);
        assertRefused(write("PATCH", "{\"body\":\"c\"}", given, "k3"));
        assertThat(rest.query("select body from notes")).containsExactly("b");
    }

    @Test
    void aRefusalIsNotKeptAndTheKeyStaysFree() throws Exception {
        String read = tag();
        rest.execute("update notes set body = 'other'");
        for (String method : List.of("PATCH", "PUT", "DELETE")) {
            assertRefused(write(method, method.equals("DELETE") ? "" : "{\"id\":1,\"body\":\"late\"}", read, "k"));
        }
        assertThat(rest.query("select count(*) from galley.idempotency")).containsExactly("0");
        assertThat(write("PATCH", "{\"body\":\"mine\"}", tag(), "k").statusCode())
                .isEqualTo(200);
        assertThat(rest.query("select body from notes")).containsExactly("mine");
        assertThat(rest.query("select status from galley.idempotency")).containsExactly("200");
    }

    @Test
    void anotherTagMakesItAnotherRequest() throws Exception {
        assertThat(write("PATCH", "{\"body\":\"mine\"}", tag(), "k").statusCode())
                .isEqualTo(200);
        for (String other : List.of(tag(), "*", "\"stale\"")) {
            var refused = write("PATCH", "{\"body\":\"mine\"}", other, "k");
            assertThat(refused.statusCode()).as(other).isEqualTo(422);
            assertThat(refused.body()).contains("GLY-IDEM02");
        }
        assertThat(rest.query("select changes from notes")).containsExactly("1");
    }

    @Test
    void whatWasDeletedIsAnsweredAgain() throws Exception {
        String read = tag();
        var first = write("DELETE", "", read, "k");
        var again = write("DELETE", "", read, "k");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(compact(again)).isEqualTo("[{\"id\":1,\"body\":\"one\",\"changes\":0}]");
        assertThat(replayed(again)).isTrue();
        assertRefused(write("DELETE", "", read, "k2"));
    }

    /** Each has a key of its own and all have read the same: one changes the row, and only its answer is kept. */
    @Test
    void ofManyWritersOneWinsAndHasItsAnswerKept() throws Exception {
        String read = tag();
        List<CompletableFuture<HttpResponse<String>>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            writers.add(rest.start("PATCH", ONE, "{\"body\":\"w" + i + "\"}", headers(read, "w" + i)));
        }
        List<Integer> statuses = new ArrayList<>();
        for (var writer : writers) {
            statuses.add(writer.get(30, TimeUnit.SECONDS).statusCode());
        }
        assertThat(statuses.stream().sorted()).containsExactly(200, 412, 412, 412, 412, 412, 412, 412);
        assertThat(rest.query("select (k.key = n.body and n.changes = 1)::text from galley.idempotency k, notes n"))
                .containsExactly("true");
    }

    /** A guarded write has one snapshot; an answer that is kept after it was taken cannot be seen in it, only met. */
    @Test
    void anAnswerKeptInTheSameMomentIsGiven() throws Exception {
        String read = tag();
        var first = write("PATCH", "{\"body\":\"mine\"}", read, "k");
        rest.execute("create table aside as select * from galley.idempotency; delete from galley.idempotency");
        try (Connection other = rest.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("insert into galley.idempotency select * from aside");
            var again = rest.start("PATCH", ONE, "{\"body\":\"mine\"}", headers(read, "k"));
            String waiting =
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
            while (!rest.query(waiting).equals(List.of("1")) && !again.isDone()) Thread.onSpinWait();
            other.commit();
            var answer = again.get(30, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(first.body());
            assertThat(replayed(answer)).isTrue();
        }
        rest.execute("drop table aside");
        assertThat(rest.query("select changes from notes")).containsExactly("1");
    }
}
