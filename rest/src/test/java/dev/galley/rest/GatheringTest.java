package dev.galley.rest;

import static dev.galley.rest.RestServer.compact;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code distinct}, {@code having} and orders by aggregates. */
class GatheringTest {
    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                create table makers (id int primary key, name text);
                create table sales (id int primary key, maker int references makers, city text, amount numeric, data json, tags text[]);
                create table odd (id int primary key, "distinct" text, "having" text, "order" text);
                insert into makers values (1, 'Ann'), (2, 'Bob');
                insert into sales values
                    (1, 1, 'Rome', 10, '{"k":1}', '{a}'), (2, 1, 'Rome', 20, '{"k":1}', '{a}'),
                    (3, 2, 'Oslo', 5, '{"k":2}', '{b}'), (4, 2, 'Bonn', 7, null, null), (5, 1, 'Oslo', 90, '{"k":1}', '{a}');
                insert into odd values (1, 'yes', 'yes', 'x');
                grant select on all tables in schema public to rest_member;
                grant insert, update on makers to rest_member;
                create function same("distinct" text) returns text language sql stable as $f$ select $1 $f$;
                """, Set.of("rest_member"), "query.aggregates=true");
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    private static String rows(String path) throws Exception {
        var response = rest.get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return compact(response);
    }

    @Test
    void showsEqualRowsOnce() throws Exception {
        assertThat(rows("/sales?select=city&distinct&order=city"))
                .isEqualTo("[{\"city\":\"Bonn\"},{\"city\":\"Oslo\"},{\"city\":\"Rome\"}]");
        assertThat(rows("/sales?select=data,tags&distinct=&id=in.(1,2,5)"))
                .isEqualTo("[{\"data\":{\"k\":1},\"tags\":[\"a\"]}]");
        assertThat(rows("/sales?select=makers(name)&distinct&id=lt.4&order=count().desc"))
                .isEqualTo("[{\"makers\":{\"name\":\"Ann\"}},{\"makers\":{\"name\":\"Bob\"}}]");
    }

    @Test
    void takesTheFirstRowOfEachKind() throws Exception {
        assertThat(rows("/sales?select=id,city&distinct=city&order=city,amount.desc"))
                .isEqualTo("[{\"id\":4,\"city\":\"Bonn\"},{\"id\":5,\"city\":\"Oslo\"},{\"id\":2,\"city\":\"Rome\"}]");
        assertThat(rows("/sales?select=id&distinct=city&order=amount")).isEqualTo("[{\"id\":4},{\"id\":3},{\"id\":1}]");
        assertThat(rows("/sales?select=id&distinct=data-%3E%3Ek&order=id&id=lt.4"))
                .isEqualTo("[{\"id\":1},{\"id\":3}]");
        assertThat(rows("/makers?select=name,sales(city)&sales.distinct=city&sales.order=city&id=eq.1"))
                .isEqualTo("[{\"name\":\"Ann\",\"sales\":[{\"city\":\"Oslo\"},{\"city\":\"Rome\"}]}]");
    }

    @Test
    void countsWhatIsShown() throws Exception {
        for (String path : new String[] {
            "/sales?select=city&distinct&order=city&limit=1",
            "/sales?select=id,makers(name)&distinct=city&limit=1",
            "/sales?select=city,amount.sum()&having=count().gt.0&limit=1&order=amount.sum()"
        }) {
            var response = rest.get(path, "Prefer", "count=exact");
            assertThat(response.headers().firstValue("Content-Range")).as(path).contains("0-0/3");
        }
    }

    @Test
    void filtersGroups() throws Exception {
        assertThat(rows("/sales?select=city,amount.sum()&having=amount.sum().gt.20&order=city"))
                .isEqualTo("[{\"city\":\"Oslo\",\"sum\":95},{\"city\":\"Rome\",\"sum\":30}]");
        assertThat(rows("/sales?select=city&having=count().gte.2,amount.max().lt.50"))
                .isEqualTo("[{\"city\":\"Rome\"}]");
        assertThat(rows("/sales?select=city&having=or(amount.min().eq.7,amount.max().eq.20)&order=city.desc"))
                .isEqualTo("[{\"city\":\"Rome\"},{\"city\":\"Bonn\"}]");
        assertThat(rows("/sales?select=city&having=not.or(amount.min().eq.7,amount.max().in.(20,21))"))
                .isEqualTo("[{\"city\":\"Oslo\"}]");
        assertThat(rows("/makers?select=name,sales!inner(city)&sales.having=count().gt.1&order=id"))
                .isEqualTo("[{\"name\":\"Ann\",\"sales\":[{\"city\":\"Rome\"}]}]");
    }

    @Test
    void ordersByAggregates() throws Exception {
        assertThat(rows("/sales?select=city&order=amount.sum().desc"))
                .isEqualTo("[{\"city\":\"Oslo\"},{\"city\":\"Rome\"},{\"city\":\"Bonn\"}]");
        assertThat(rows("/sales?select=city,count()&order=count().desc.nullslast,city.desc"))
                .isEqualTo(
                        "[{\"city\":\"Rome\",\"count\":2},{\"city\":\"Oslo\",\"count\":2},{\"city\":\"Bonn\",\"count\":1}]");
    }

    @Test
    void leavesColumnsAndParametersOfThoseNamesAlone() throws Exception {
        assertThat(rows("/odd?select=id&distinct=eq.yes&having=eq.yes")).isEqualTo("[{\"id\":1}]");
        assertThat(rows("/odd?select=id&distinct=not.eq.yes")).isEqualTo("[]");
        assertThat(rest.get("/rpc/same?distinct=city").body()).isEqualTo("\"city\"");
    }

    @Test
    void refusesWhatMeansNothing() throws Exception {
        assertThat(rest.get("/sales?having=amount.gt.1").body()).contains("PGRST100");
        assertThat(rest.get("/sales?having=amount.sum()").body()).contains("PGRST100");
        assertThat(rest.get("/sales?having=amount.median().gt.1").body()).contains("PGRST100");
        assertThat(rest.get("/sales?distinct=city,").body()).contains("PGRST100");
        assertThat(rest.get("/sales?distinct=nothing").body()).contains("42703");
        assertThat(rest.get("/sales?select=city&having=nothing.sum().gt.1").statusCode())
                .isEqualTo(400);
        assertThat(rest.get("/sales?select=city&distinct&order=amount").statusCode())
                .isEqualTo(400);
        assertThat(rest.get("/sales?select=city&having=" + "and(".repeat(50) + "count().gt.1" + ")".repeat(50))
                        .body())
                .contains("GLY-REST01");
        assertThat(rows("/sales?select=city&having=city.max().eq.%22x')%20or%20true--%22"))
                .isEqualTo("[]");
    }

    @Test
    void needsAggregatesToBeAllowed() throws Exception {
        try (RestServer closed = new RestServer(
                false,
                "create table t (a int); grant select on t to rest_member; insert into t values (1), (1)",
                Set.of("rest_member"),
                "query.aggregates=false")) {
            assertThat(closed.get("/t?having=count().gt.1&select=a").body()).contains("PGRST123");
            assertThat(closed.get("/t?order=a.sum()&select=a").body()).contains("PGRST123");
            assertThat(compact(closed.get("/t?distinct&select=a"))).isEqualTo("[{\"a\":1}]");
        }
    }
}
