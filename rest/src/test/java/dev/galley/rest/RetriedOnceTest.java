package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writes with an {@code Idempotency-Key} that PostgreSQL undoes because they met others, and that are run again: one effect, one
 * answer. A sequence counts the tries, since it is not undone with them.
 */
class RetriedOnceTest {
    private static final String[] SHOWN = {"Prefer", "return=representation", "Idempotency-Key", "k", "As-User", "ann"};

    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(true, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                create sequence tries;
                create table stumbles (times int, state text);
                create table notes (id int generated always as identity primary key, body text, try bigint);
                create function met() returns trigger language plpgsql security definer as $f$
                    declare s public.stumbles;
                    begin
                        select * into s from public.stumbles;
                        new.try := nextval('public.tries');
                        if new.try <= s.times then raise exception 'met' using errcode = s.state; end if;
                        return new;
                    end $f$;
                create trigger met before insert or update on notes for each row execute function met();
                create function write(body text) returns notes language sql
                    as 'insert into public.notes (body) values ($1) returning *';
                grant select, insert, update on notes to rest_member;
                """, Set.of("rest_member"), "database.conflict-retries=3");
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    @BeforeEach
    void empty() {
        rest.execute("truncate notes, stumbles, galley.idempotency restart identity; alter sequence tries restart");
    }

    private static void stumble(int times, String state) {
        rest.execute("insert into stumbles values (" + times + ", '" + state + "')");
    }

    private static List<String> kept() {
        return rest.query("select key || ' ' || status || ' ' || convert_from(body, 'UTF8') from galley.idempotency");
    }

    private static boolean replayed(HttpResponse<String> response) {
        return response.headers().firstValue("Idempotency-Replayed").isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void keepsTheAnswerOfTheTryThatWasKept(String state) throws Exception {
        stumble(2, state);
        var first = rest.send("POST", "/notes?select=body,try", "{\"body\":\"x\"}", SHOWN);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(first.body()).isEqualTo("[{\"body\":\"x\",\"try\":3}]");
        assertThat(kept()).containsExactly("k 201 " + first.body());
        assertThat(rest.query("select body || try from notes")).containsExactly("x3");

        var again = rest.send("POST", "/notes?select=body,try", "{\"body\":\"x\"}", SHOWN);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(replayed(first)).isFalse();
        assertThat(replayed(again)).isTrue();
        assertThat(rest.query("select last_value from tries")).containsExactly("3");
    }

    @Test
    void holdsForFunctionsToo() throws Exception {
        stumble(1, "40001");
        var first = rest.send("POST", "/rpc/write", "{\"body\":\"x\"}", SHOWN);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(kept()).containsExactly("k 200 " + first.body());
        assertThat(rest.query("select body || try from notes")).containsExactly("x2");
    }

    /** The end of these is decided by their rows: the retry must decide anew. */
    @Test
    void holdsWhereRowsDecideAboutTheCommit() throws Exception {
        stumble(1, "40001");
        String[] one = {
            "Prefer", "return=representation", "Idempotency-Key", "k", "Accept", "application/vnd.pgrst.object"
        };
        var first = rest.send("POST", "/notes?select=try", "{\"body\":\"x\"}", one);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(first.body()).isEqualTo("{\"try\":2}");
        assertThat(kept()).containsExactly("k 201 {\"try\":2}");
        var two =
                rest.send("POST", "/notes?select=try", "[{\"body\":\"y\"},{\"body\":\"z\"}]", "Idempotency-Key", "k2");
        assertThat(two.statusCode()).isEqualTo(201);
    }

    @Test
    void keepsNothingWhenAllTriesWereInVain() throws Exception {
        stumble(10, "40001");
        var given = rest.send("POST", "/notes", "{\"body\":\"x\"}", SHOWN);
        assertThat(given.body()).contains("\"40001\"");
        assertThat(rest.query("select last_value from tries")).containsExactly("4");
        assertThat(kept()).isEmpty();
        assertThat(rest.query("select count(*) from notes")).containsExactly("0");

        rest.execute("truncate stumbles");
        var later = rest.send("POST", "/notes?select=body", "{\"body\":\"x\"}", SHOWN);
        assertThat(later.statusCode()).isEqualTo(201);
        assertThat(kept()).containsExactly("k 201 [{\"body\":\"x\"}]");
    }

    /** A row that somebody else has changed is no conflict to try again for a write that is tied to what was read. */
    @Test
    void looksAtTheTagInEachTry() throws Exception {
        rest.send("POST", "/notes", "{\"body\":\"x\"}");
        String tag = rest.get("/notes?id=eq.1").headers().firstValue("ETag").orElseThrow();
        stumble(3, "40001");
        var written = rest.send(
                "PATCH", "/notes?id=eq.1&select=*", "{\"body\":\"y\"}", "If-Match", tag, "Idempotency-Key", "k");
        assertThat(written.statusCode()).as(written.body()).isEqualTo(204);
        assertThat(rest.query("select body || try from notes")).containsExactly("y4");
        assertThat(rest.query("select count(*) from galley.idempotency")).containsExactly("1");
    }
}
