package dev.galley.rest;

import static dev.galley.rest.RestServer.compact;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose answers are kept apart, and what is never kept. */
class ResponseCacheScopeTest {
    private static final String SCRIPT = """
            do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
            do $$ begin create role rest_other nologin; exception when duplicate_object then null; end $$;
            create domain shout as text;
            create table cities (id int primary key, name text, made timestamptz default '2001-01-01Z', at timetz[]);
            alter table cities drop column at;
            create table towns (id int primary key, city int references cities, owner text);
            create table plain (id int primary key, city int references cities);
            create table zones (id int primary key, at timetz default '12:00Z');
            create table loud (id int primary key, word shout default 'x');
            create unlogged table quick (id int primary key);
            create table closed (id int primary key);
            create table late (id int primary key, until timestamptz default '2999-01-01Z');
            create table drawn (id int primary key);
            create table trusting (id int primary key);
            create table fooled (id int primary key);
            create table headed (id int primary key, tenant text);
            create table cookied (id int primary key);
            create table dynamic (id int primary key);
            create table behind (id int primary key);
            create table changing (id int primary key);
            create table signed (id int primary key);
            create table disguised ("current_setting('request.jwt.claims'::text)" int);
            create table booked (id int primary key, preorder timestamptz default '2001-01-01Z');
            create operator public.?! (leftarg = text, rightarg = boolean, function = pg_catalog.current_setting);
            create view seen as select * from cities;
            create function twice(cities) returns text language sql stable as $f$ select $1.name $f$;
            create function trusted() returns boolean language sql stable as 'select true';
            create function fooled() returns boolean language sql immutable as
                $f$ select current_setting('request.headers', true)::json ->> 'x-in' = 'yes' $f$;
            create function changing() returns boolean language sql volatile as 'select true';
            insert into cities values (1, 'Rome'), (2, 'Oslo');
            insert into towns values (1, 1, 'ann'), (2, 1, 'bob');
            insert into headed values (1, 'a'), (2, 'b');
            do $$ declare t text; begin
                foreach t in array array['cities', 'towns', 'zones', 'loud', 'quick', 'closed', 'late', 'drawn', 'trusting', 'fooled',
                    'headed', 'cookied', 'dynamic', 'behind', 'changing', 'signed', 'disguised', 'booked'] loop
                    execute format('comment on table %I is %L', t, '@cache');
                end loop;
                foreach t in array array['closed', 'late', 'drawn', 'trusting', 'fooled', 'cookied', 'dynamic', 'behind', 'changing', 'quick', 'signed', 'disguised', 'booked'] loop
                    execute format('insert into %I values (1)', t);
                end loop;
                foreach t in array array['towns', 'late', 'drawn', 'trusting', 'fooled', 'headed', 'cookied', 'dynamic', 'behind', 'changing', 'signed', 'disguised'] loop
                    execute format('alter table %I enable row level security', t);
                end loop;
            end $$;
            comment on view seen is '@cache';
            comment on table plain is 'see user@cache.example';
            create policy own on towns using (owner = current_setting('request.jwt.claims', true)::json ->> 'sub');
            create policy p on late using (until > now());
            create policy p on drawn using (random() >= 0);
            create policy p on trusting using (public.trusted());
            create policy p on fooled using (public.fooled());
            create policy p on headed using (tenant = current_setting('request.headers', true)::json ->> 'x-tenant');
            create policy p on cookied using (coalesce(current_setting('request.cookies', true), '') <> 'no');
            create policy p on dynamic using (current_setting('request.' || 'headers', true) is not null);
            create policy p on behind using (exists (select from seen));
            create policy p on changing using (public.changing());
            create policy p on signed using (('request.headers'::text operator(public.?!) true) is not null);
            create policy p on disguised using ("current_setting('request.jwt.claims'::text)" > 0
                and current_setting('request.headers', true) is not null);
            grant select on all tables in schema public to rest_member, rest_other;
            """;

    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(
                false,
                SCRIPT,
                Set.of("rest_member", "rest_other"),
                "rest.cache-quiet=20ms",
                "rest.cache-functions=public.trusted,public.changing");
        CacheHits.hit(rest, "/cities?select=id");
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    private static HttpResponse<String> hit(String path, String... headers) {
        return CacheHits.hit(rest, path, headers);
    }

    @Test
    void callersAreKeptApart() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(compact(hit("/towns?select=owner", "As-User", "ann"))).isEqualTo("[{\"owner\":\"ann\"}]");
            assertThat(compact(rest.get("/towns?select=owner", "As-User", "bob")))
                    .isEqualTo("[{\"owner\":\"bob\"}]");
            assertThat(rest.get("/towns?select=owner").body()).isEqualTo("[]");
            assertThat(compact(rest.get("/towns?select=owner", "As-User", "ann", "As-Role", "rest_other")))
                    .isEqualTo("[{\"owner\":\"ann\"}]");
        }
        String embed = "/cities?select=id,towns(owner)&id=eq.1";
        assertThat(hit(embed, "As-User", "ann").body()).contains("ann").doesNotContain("bob");
        assertThat(rest.get(embed, "As-User", "bob").body()).contains("bob").doesNotContain("ann");
        assertThat(CacheHits.isHit(rest.get("/cities?select=id", "As-Role", "rest_other")))
                .as("another role's")
                .isFalse();
    }

    @Test
    void formsOfTheAnswerAreKeptApart() throws Exception {
        String path = "/cities?select=id&id=eq.1";
        assertThat(compact(hit(path))).isEqualTo("[{\"id\":1}]");
        assertThat(compact(rest.get(path, "Accept", "application/vnd.pgrst.object+json")))
                .isEqualTo("{\"id\":1}");
        assertThat(rest.get(path, "Accept", "text/csv").body()).isEqualTo("id\n1");
        assertThat(rest.get(path, "Prefer", "count=exact").headers().firstValue("Content-Range"))
                .contains("0-0/1");
        assertThat(rest.get(path, "Range", "5-9").body()).isEqualTo("[]");
        hit("/cities?select=made&id=eq.1");
        assertThat(rest.get("/cities?select=made&id=eq.1", "Prefer", "timezone=Asia/Tokyo")
                        .body())
                .contains("+09:00");
        assertThat(hit("/cities?select=made&id=eq.1").body()).doesNotContain("+09:00");
        assertThat(rest.send("HEAD", path, "").headers().firstValue("Cache-Status"))
                .isEmpty();
    }

    /** One value that looks like two parameters when both are written down. */
    @Test
    void addressesAreKeptApart() throws Exception {
        hit("/cities?select=id&name=eq.x");
        String disguised = "/cities?select=id%2C%20value%3Did%5D%2C%20Parameter%5Bname%3Dname%2C%20value%3Deq.x";
        assertThat(rest.get(disguised).statusCode()).isEqualTo(400);
        hit("/cities?select=id&id=eq.1&name=eq.Rome");
        assertThat(CacheHits.isHit(rest.get("/cities?select=id&id=eq.1%26name=eq.Rome")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/late",
                "/drawn",
                "/fooled",
                "/headed",
                "/cookied",
                "/dynamic",
                "/behind",
                "/changing",
                "/signed",
                "/disguised",
                "/booked?preorder=lt.now",
                "/quick",
                "/zones",
                "/loud",
                "/seen",
                "/plain",
                "/cities?select=twice",
                "/cities?select=name::text",
                "/cities?select=id,plain(id)",
                "/cities?made=lt.now",
                "/cities?made=lt.NOW&select=id",
                "/cities?made=in.(%22to%5Cday%22)",
                "/cities?made=lt.now&select=id&order=id"
            })
    void whatMayChangeByItselfOrTheRequestIsNotKept(String path) throws Exception {
        for (int i = 0; i < 15; i++) {
            var response = rest.get(path);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(CacheHits.isHit(response)).as(path).isFalse();
            hit("/cities?select=id");
        }
    }

    @Test
    void estimatesAndPlansAreNotKept() throws Exception {
        for (String prefer : new String[] {"count=planned", "count=estimated"}) {
            assertThat(CacheHits.until(rest, "/cities", 15, "Prefer", prefer))
                    .as(prefer)
                    .isFalse();
        }
        assertThat(rest.get("/cities?select=id,nothing(id)").headers().firstValue("Cache-Status"))
                .isEmpty();
    }

    @Test
    void policiesSeeAllHeadersAsEver() throws Exception {
        assertThat(compact(rest.get("/headed?select=id", "X-Tenant", "a"))).isEqualTo("[{\"id\":1}]");
        assertThat(compact(rest.get("/headed?select=id", "X-Tenant", "b"))).isEqualTo("[{\"id\":2}]");
    }

    /** Operators that a filter would find before PostgreSQL's own, and whose functions may do anything. */
    @Test
    void operatorsOfUsersOnCommonTypesPutAnEndToIt() throws Exception {
        hit("/cities?name=eq.Rome");
        rest.execute("create function same(varchar, varchar) returns boolean language sql volatile as 'select true';"
                + "create operator public.= (leftarg = varchar, rightarg = varchar, function = same)");
        for (int i = 0; i < 30; i++)
            assertThat(CacheHits.isHit(rest.get("/cities?name=eq.Rome"))).isFalse();
        rest.execute("drop operator public.= (varchar, varchar)");
        hit("/cities?name=eq.Rome");
    }

    @Test
    void tablesWithoutPoliciesOrWithNamedFunctionsAreKept() throws Exception {
        hit("/closed");
        hit("/trusting");
        hit("/cities?select=id,name,towns(owner)&order=id&limit=1", "Prefer", "count=exact");
        hit("/cities?select=name&or=(id.eq.1,name.like.*o)");
        hit("/cities?name=eq.snow");
    }

    /** One answer has room: the second puts the first out. */
    @Test
    void theNumberOfAnswersIsBounded() throws Exception {
        try (RestServer one = new RestServer(
                false,
                "create table t (a int); grant select on t to rest_member; insert into t values (1), (2)",
                Set.of("rest_member"),
                "rest.cache-relations=public.t",
                "rest.cache-quiet=20ms",
                "rest.cache-entries=1")) {
            CacheHits.hit(one, "/t?a=eq.1");
            CacheHits.hit(one, "/t?a=eq.2");
            assertThat(CacheHits.isHit(one.get("/t?a=eq.1"))).isFalse();
        }
    }

    @Test
    void theBytesAreBounded() throws Exception {
        try (RestServer small = new RestServer(
                false,
                "create table t (a int, b text); grant select on t to rest_member;"
                        + "insert into t values (1, 'small'), (2, repeat('x', 20000))",
                Set.of("rest_member"),
                "rest.cache-relations=public.t",
                "rest.cache-quiet=20ms",
                "rest.cache-size=10KiB")) {
            CacheHits.hit(small, "/t?a=eq.1");
            assertThat(CacheHits.until(small, "/t?a=eq.2", 50)).isFalse();
        }
    }

    @Test
    void nothingIsKeptWhileTheDatabaseIsNotQuietOrAFunctionRunsFirst() throws Exception {
        String script = "create table t (a int); grant select on t to rest_member; insert into t values (1);"
                + "create function first() returns void language sql as 'select'";
        try (RestServer busy = new RestServer(
                        false, script, Set.of("rest_member"), "rest.cache-relations=public.t", "rest.cache-quiet=1h");
                RestServer guarded = new RestServer(
                        false,
                        script,
                        Set.of("rest_member"),
                        "rest.cache-relations=public.t",
                        "rest.cache-quiet=20ms",
                        "query.pre-request=public.first")) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
            while (System.nanoTime() < end) {
                assertThat(CacheHits.isHit(busy.get("/t"))).isFalse();
                assertThat(guarded.get("/t").headers().firstValue("Cache-Status"))
                        .isEmpty();
            }
        }
    }
}
