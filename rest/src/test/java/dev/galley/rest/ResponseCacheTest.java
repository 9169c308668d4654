package dev.galley.rest;

import static dev.galley.rest.RestServer.compact;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers from memory end with every change, whoever makes it and however. */
class ResponseCacheTest {
    private static final String PATH = "/cities?select=id,name&order=id";

    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                do $$ begin create role rest_reader nologin; exception when duplicate_object then null; end $$;
                create type mood as enum ('good', 'bad');
                create table cities (id int primary key, name text, mood mood default 'good');
                create table towns (id int primary key, owner text, city int references cities on delete cascade);
                create table events (id int, kind text, primary key (id, kind)) partition by list (kind);
                create table events_a partition of events for values in ('a');
                create materialized view totals as select count(*) as cities from cities;
                create table members (person text primary key);
                comment on table cities is 'All cities. @cache';
                comment on table towns is '@cache';
                comment on table events is '@cache';
                comment on materialized view totals is '@cache';
                grant select on all tables in schema public to rest_member;
                grant select on totals to rest_member;
                grant insert, update, delete on cities to rest_member;
                create function silent() returns trigger language plpgsql as 'begin return null; end';
                create trigger silent after insert or update or delete on cities for each statement execute function silent();
                alter table towns enable row level security;
                create policy own on towns using (owner = current_setting('request.jwt.claims', true)::json ->> 'sub'
                    or exists (select from members m where m.person = current_setting('request.jwt.claims', true)::json ->> 'sub'));
                """, Set.of("rest_member", "rest_reader"), "rest.cache-quiet=20ms");
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    @BeforeEach
    void fill() {
        rest.execute("truncate cities, towns, events, members; insert into cities values (1, 'Rome'), (2, 'Oslo');"
                + "insert into towns values (1, 'ann', 1), (2, 'bob', 1); insert into events values (1, 'a')");
    }

    private static String status(HttpResponse<String> response) {
        return response.headers().firstValue("Cache-Status").orElse("none");
    }

    private static HttpResponse<String> hit(String path, String... headers) throws Exception {
        return CacheHits.hit(rest, path, headers);
    }

    private static void fresh(String body, String path, String... headers) throws Exception {
        var response = rest.get(path, headers);
        assertThat(compact(response)).isEqualTo(body);
        assertThat(status(response)).doesNotContain("hit");
    }

    @Test
    void anAnswerIsGivenAgainAsItWas() throws Exception {
        var first = rest.get(PATH, "Prefer", "count=exact");
        var again = hit(PATH, "Prefer", "count=exact");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.statusCode()).isEqualTo(first.statusCode());
        for (String name : List.of("Content-Range", "Content-Type", "ETag", "Content-Location", "Vary")) {
            assertThat(again.headers().allValues(name))
                    .as(name)
                    .isNotEmpty()
                    .isEqualTo(first.headers().allValues(name));
        }
        String tag = again.headers().firstValue("ETag").orElseThrow();
        assertThat(rest.get(PATH, "Prefer", "count=exact", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(rest.get(PATH, "Prefer", "count=exact", "If-Match", "\"other\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(rest.get(PATH, "Prefer", "count=exact").body()).isEqualTo(first.body());
    }

    @Test
    void anyWriteEndsIt() throws Exception {
        for (String change : List.of(
                "update cities set name = 'X' where id = 2",
                "insert into cities values (3, 'X')",
                "delete from cities where id = 2",
                "copy cities (id, name) from program 'echo 4,X' (format csv)",
                "alter table cities disable trigger all; update cities set name = 'Y'; alter table cities enable trigger all",
                "set session_replication_role = replica; update cities set name = 'Z'",
                "alter table cities alter name type varchar using name || '!'",
                "begin; savepoint s; update cities set name = 'W'; release s; commit",
                "do $$ begin update cities set name = 'V'; end $$",
                "truncate cities cascade")) {
            String old = hit(PATH).body();
            rest.execute(change);
            var now = rest.get(PATH);
            assertThat(now.body()).as(change).isNotEqualTo(old);
            assertThat(status(now)).as(change).doesNotContain("hit");
        }
    }

    @Test
    void aWriteThroughTheApiEndsIt() throws Exception {
        for (int i = 0; i < 10; i++) {
            hit(PATH);
            assertThat(rest.send("PATCH", "/cities?id=eq.2", "{\"name\":\"n" + i + "\"}")
                            .statusCode())
                    .isEqualTo(204);
            fresh("[{\"id\":1,\"name\":\"Rome\"},{\"id\":2,\"name\":\"n" + i + "\"}]", PATH);
        }
    }

    /** The change is there at its commit, not before; what is taken back was never there. */
    @Test
    void aTransactionCountsWhenItCommits() throws Exception {
        String old = hit(PATH).body();
        try (Connection other = rest.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("update cities set name = 'soon' where id = 1");
            assertThat(rest.get(PATH).body()).isEqualTo(old);
            hit(PATH);
            other.commit();
            assertThat(rest.get(PATH).body()).contains("soon");
            other.createStatement().execute("update cities set name = 'never' where id = 1");
            hit(PATH);
            other.rollback();
            assertThat(rest.get(PATH).body()).contains("soon");
            assertThat(hit(PATH).body()).contains("soon");
        }
    }

    @Test
    void itFollowsPartitionsCascadesAndMaterializedViews() throws Exception {
        hit("/events?select=id");
        rest.execute("insert into events_a values (2, 'a')");
        fresh("[{\"id\":1},{\"id\":2}]", "/events?select=id");
        hit("/events?select=id");
        rest.execute("alter table events detach partition events_a");
        fresh("[]", "/events?select=id");
        rest.execute("alter table events attach partition events_a for values in ('a')");
        String path = "/cities?select=id,towns(id)&id=eq.1";
        hit(path, "As-User", "ann");
        rest.execute("delete from towns where id = 1");
        fresh("[{\"id\":1,\"towns\":[]}]", path, "As-User", "ann");
        rest.execute("refresh materialized view totals");
        hit("/totals");
        rest.execute("insert into cities values (9, 'x'); refresh materialized view totals");
        fresh("[{\"cities\":3}]", "/totals");
    }

    @Test
    void itFollowsPoliciesAndTheTablesThatTheyRead() throws Exception {
        String[] ann = {"As-User", "ann"};
        assertThat(compact(hit("/towns?select=id", ann))).isEqualTo("[{\"id\":1}]");
        rest.execute("insert into members values ('ann')");
        fresh("[{\"id\":1},{\"id\":2}]", "/towns?select=id", ann);
        hit("/towns?select=id", ann);
        rest.execute("create policy none on towns as restrictive using (owner = 'bob')");
        fresh("[{\"id\":2}]", "/towns?select=id", ann);
        hit("/towns?select=id", ann);
        rest.execute("drop policy none on towns; alter table towns disable row level security; delete from members");
        fresh("[{\"id\":1},{\"id\":2}]", "/towns?select=id", ann);
        hit("/towns?select=id", ann);
        rest.execute("alter table towns enable row level security");
        fresh("[{\"id\":1}]", "/towns?select=id", ann);
    }

    @Test
    void itFollowsRightsAndRoles() throws Exception {
        hit(PATH);
        rest.execute("revoke select on cities from rest_member");
        assertThat(rest.get(PATH).statusCode()).isEqualTo(403);
        rest.execute("grant rest_reader to rest_member; grant select on cities to rest_reader");
        hit(PATH);
        rest.execute("revoke rest_reader from rest_member");
        assertThat(rest.get(PATH).statusCode()).isEqualTo(403);
        rest.execute("grant select on cities to rest_member");
        hit("/towns?select=id");
        rest.execute("alter role rest_member bypassrls");
        fresh("[{\"id\":1},{\"id\":2}]", "/towns?select=id");
        hit("/towns?select=id");
        rest.execute("alter role rest_member nobypassrls");
        fresh("[]", "/towns?select=id");
    }

    @Test
    void itFollowsNamesThatArePrinted() throws Exception {
        assertThat(hit("/cities?select=mood&id=eq.1").body()).contains("good");
        rest.execute("alter type mood rename value 'good' to 'fine'");
        assertThat(rest.get("/cities?select=mood&id=eq.1").body()).contains("fine");
        rest.execute("alter type mood rename value 'fine' to 'good'");
    }

    /** No transaction tells of these: PostgreSQL's own files, read anew. */
    @Test
    void itFollowsTheConfigurationOfTheServer() throws Exception {
        String path = "/cities?select=id&name=fts.romes";
        rest.execute("update cities set name = 'rome' where id = 1");
        assertThat(hit(path).body()).isEqualTo("[]");
        try {
            rest.execute("alter system set default_text_search_config = 'pg_catalog.english'");
            hit(path);
            rest.execute("select pg_reload_conf()");
            CacheHits.await(rest, path, response -> response.body().contains("1"));
            assertThat(hit(path).body()).contains("1");
        } finally {
            rest.execute("alter system reset default_text_search_config");
            rest.execute("select pg_reload_conf()");
        }
        CacheHits.await(rest, path, response -> response.body().equals("[]"));
        assertThat(hit(path).body()).isEqualTo("[]");
    }

    /** Writers and readers at once: after an acknowledged write nobody reads an older value. */
    @Test
    void itNeverGoesBackInTimeUnderLoad() throws Exception {
        rest.execute("insert into cities values (50, '0')");
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int hits = 0;
            for (int i = 1; i <= 30; i++) {
                rest.execute("update cities set name = '" + i + "' where id = 50");
                written.set(i);
                hits += CacheHits.until(rest, "/cities?select=name&id=eq.50", 100) ? 1 : 0;
            }
            return hits;
        });
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int reader = 0; reader < 4; reader++) {
            readers.add(CompletableFuture.runAsync(() -> {
                while (!writer.isDone()) {
                    int atLeast = written.get();
                    String body = compact(CacheHits.get(rest, "/cities?select=name&id=eq.50"));
                    assertThat(Integer.parseInt(body.replaceAll("\\D", ""))).isGreaterThanOrEqualTo(atLeast);
                }
            }));
        }
        assertThat(writer.join()).as("answers from memory between the writes").isPositive();
        readers.forEach(CompletableFuture::join);
    }
}
