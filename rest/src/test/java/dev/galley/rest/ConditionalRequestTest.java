package dev.galley.rest;

import static dev.galley.rest.RestServer.compact;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entity tags: reads that need not be sent again, writes that apply only to what was read. */
class ConditionalRequestTest {
    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                create table notes (id int primary key, owner text default 'me', body text);
                create table lines (id int primary key, note int references notes on delete cascade, text text);
                grant select, insert, update, delete on notes, lines to rest_member;
                alter table notes enable row level security;
                create policy own on notes to rest_member using (owner = 'me');
                create function tagged() returns text language sql stable as $f$
                    select set_config('response.headers', '[{"ETag":"\\"mine\\""}]', true) $f$;
                """, Set.of("rest_member"));
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    @BeforeEach
    void fill() {
        rest.execute("truncate notes cascade");
        rest.execute("insert into notes values (1, 'me', 'one'), (2, 'me', 'two'), (3, 'other', 'hidden')");
    }

    private static String tag(String path, String... headers) throws Exception {
        return tag(rest.get(path, headers));
    }

    private static String tag(HttpResponse<String> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    @Test
    void sendsNothingToWhoHasItAlready() throws Exception {
        var first = rest.get("/notes?id=eq.1");
        var again = rest.get("/notes?id=eq.1", "If-None-Match", "\"other\", W/" + tag(first));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).contains(tag(first));
        assertThat(again.headers().firstValue("Vary")).isPresent();
        assertThat(again.headers().firstValue("Content-Type")).isEmpty();
        rest.execute("update notes set body = 'new' where id = 1");
        var changed = rest.get("/notes?id=eq.1", "If-None-Match", tag(first));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).contains("new");
        assertThat(rest.get("/notes", "If-None-Match", "*").statusCode()).isEqualTo(304);
        assertThat(rest.send("HEAD", "/notes?id=eq.2", "", "If-None-Match", tag("/notes?id=eq.2"))
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void tellsAnswersApart() throws Exception {
        List<String> tags = List.of(
                tag("/notes?id=eq.1"),
                tag("/notes?id=eq.1", "Accept", "application/vnd.pgrst.object+json"),
                tag("/notes?id=eq.1", "Accept", "text/csv"),
                tag("/notes?id=eq.1", "Prefer", "count=exact"),
                tag("/notes?id=eq.1&select=id"),
                tag("/notes?id=eq.2"));
        assertThat(tags).doesNotHaveDuplicates();
        assertThat(rest.get("/rpc/tagged").headers().firstValue("ETag")).contains("\"mine\"");
        assertThat(rest.get("/rpc/tagged", "If-None-Match", "\"mine\"").statusCode())
                .isEqualTo(304);
        assertThat(rest.get("/nothing").headers().firstValue("ETag")).isEmpty();
    }

    @Test
    void writesOnlyWhatWasRead() throws Exception {
        String read = tag("/notes?id=eq.1");
        var written = rest.send("PATCH", "/notes?id=eq.1", "{\"body\":\"mine\"}", "If-Match", read);
        assertThat(written.statusCode()).isEqualTo(204);
        var late = rest.send("PATCH", "/notes?id=eq.1", "{\"body\":\"late\"}", "If-Match", read);
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(late.body()).contains("GLY-REST20");
        assertThat(rest.send("DELETE", "/notes?id=eq.1", "", "If-Match", read).statusCode())
                .isEqualTo(412);
        assertThat(rest.send("PUT", "/notes?id=eq.1", "{\"id\":1,\"body\":\"late\"}", "If-Match", read)
                        .statusCode())
                .isEqualTo(412);
        assertThat(rest.query("select body from notes where id = 1")).containsExactly("mine");
        String one = tag("/notes?id=eq.1", "Accept", "application/vnd.pgrst.object+json");
        assertThat(rest.send("PUT", "/notes?id=eq.1", "{\"id\":1,\"body\":\"put\"}", "If-Match", one)
                        .statusCode())
                .isIn(200, 204);
        var shown = rest.send(
                "PATCH",
                "/notes?id=eq.1&select=id,body",
                "{\"body\":\"x\"}",
                "If-Match",
                tag("/notes?id=eq.1&select=id,body"),
                "Prefer",
                "return=representation");
        assertThat(compact(shown)).isEqualTo("[{\"id\":1,\"body\":\"x\"}]");
        assertThat(tag(shown)).isEqualTo(tag("/notes?id=eq.1&select=id,body"));
        assertThat(rest.send("DELETE", "/notes?id=eq.1", "", "If-Match", tag("/notes?id=eq.1"))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void takesEmbedsIntoAccount() throws Exception {
        String path = "/notes?id=eq.1&select=id,lines(text)";
        String read = tag(path);
        rest.execute("insert into lines values (1, 1, 'x')");
        assertThat(rest.send("PATCH", path, "{\"body\":\"late\"}", "If-Match", read)
                        .statusCode())
                .isEqualTo(412);
    }

    @Test
    void neverAcceptsWeakOrWrongTags() throws Exception {
        String read = tag("/notes?id=eq.1");
        for (String wrong : List.of("W/" + read, "\"\"", "nonsense", tag("/notes?id=eq.2"), tag("/notes"))) {
            assertThat(rest.send("PATCH", "/notes?id=eq.1", "{\"body\":\"late\"}", "If-Match", wrong)
                            .statusCode())
                    .as(wrong)
                    .isEqualTo(412);
        }
        assertThat(rest.send("PATCH", "/notes?id=eq.9", "{\"body\":\"x\"}", "If-Match", "*")
                        .statusCode())
                .isEqualTo(412);
        assertThat(rest.send("PATCH", "/notes?id=eq.1", "{\"body\":\"x\"}", "If-Match", "*")
                        .statusCode())
                .isEqualTo(204);
        assertThat(rest.send("PUT", "/notes?id=eq.9", "{\"id\":9}", "If-Match", "*")
                        .statusCode())
                .isEqualTo(412);
        assertThat(rest.send("PATCH", "/notes?id=eq.3", "{\"body\":\"x\"}", "If-Match", "*")
                        .statusCode())
                .isEqualTo(412);
        assertThat(rest.query("select count(*) from notes where id = 9")).containsExactly("0");
    }

    @Test
    void onlyCreatesWhenToldSo() throws Exception {
        var made = rest.send("PUT", "/notes?id=eq.7", "{\"id\":7,\"body\":\"new\"}", "If-None-Match", "*");
        assertThat(made.statusCode()).isIn(201, 204);
        for (int id : new int[] {7, 3}) {
            var again = rest.send(
                    "PUT", "/notes?id=eq." + id, "{\"id\":" + id + ",\"body\":\"again\"}", "If-None-Match", "*");
            assertThat(again.statusCode()).isEqualTo(412);
        }
        assertThat(rest.query("select body from notes where id in (3, 7) order by id"))
                .containsExactly("hidden", "new");
    }

    /** Another transaction holds the row, changed, when the write that read the old one comes; the write has to lose. */
    @Test
    void losesToWhoeverWasFirst() throws Exception {
        String read = tag("/notes?id=eq.1");
        try (Connection other = rest.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("update notes set body = 'first' where id = 1");
            CompletableFuture<HttpResponse<String>> late = CompletableFuture.supplyAsync(() -> {
                try {
                    return rest.send("PATCH", "/notes?id=eq.1", "{\"body\":\"late\"}", "If-Match", read);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            String waiting =
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
            while (!rest.query(waiting).equals(List.of("1")) && !late.isDone()) Thread.onSpinWait();
            other.commit();
            assertThat(late.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(412);
        }
        assertThat(rest.query("select body from notes where id = 1")).containsExactly("first");
    }

    @Test
    void ofManyWritersOneWins() throws Exception {
        String read = tag("/notes?id=eq.2");
        List<CompletableFuture<Integer>> writers = new java.util.ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String body = "{\"body\":\"w" + i + "\"}";
            writers.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return rest.send("PATCH", "/notes?id=eq.2", body, "If-Match", read)
                            .statusCode();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        List<Integer> statuses =
                writers.stream().map(CompletableFuture::join).sorted().toList();
        assertThat(statuses).containsExactly(204, 412, 412, 412, 412, 412, 412, 412);
    }

    @Test
    void canBeLeftOut() throws Exception {
        try (RestServer plain = new RestServer(
                false,
                "create table t (a int); grant select on t to rest_member",
                Set.of("rest_member"),
                "rest.etags=false")) {
            var response = plain.get("/t", "If-None-Match", "*");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("ETag")).isEmpty();
        }
    }
}
