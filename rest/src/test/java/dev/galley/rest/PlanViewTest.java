package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A plan names no column that was not granted. */
class PlanViewTest {
    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(
                false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                create table people (id int primary key, name text, salary int unique, boss int references people);
                create table teams (id int primary key, name text, lead int references people);
                grant select (id, name), insert (id, name), update (name) on people to rest_member;
                grant select, insert, update, delete on teams to rest_member;
                alter table people enable row level security;
                create policy own on people using (salary < 10);
                create view names with (security_invoker) as select id, name from people;
                create function whole() returns setof people language sql stable as 'select id, name, null::int, null::int from people';
                grant select on names to rest_member;
                """, Set.of("rest_member"), "rest.plan-enabled=true", "rest.tx-end=commit-allow-override");
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    private static final List<String> PLANS = List.of(
            "application/vnd.pgrst.plan",
            "application/vnd.pgrst.plan+text; options=verbose",
            "application/vnd.pgrst.plan+json; options=verbose",
            "application/vnd.pgrst.plan+json; options=analyze|verbose|settings|buffers",
            "application/vnd.pgrst.plan+json; for=\"text/csv\"; options=verbose");

    @Test
    void tellsNothingOfColumnsThatWereNotGranted() throws Exception {
        for (String plan : PLANS) {
            for (String path : List.of(
                    "/people?select=id,name&order=name",
                    "/names",
                    "/teams?select=id,people(name)",
                    "/rpc/whole?select=id")) {
                var response = rest.get(path, "Accept", plan);
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                assertThat(response.body()).as(path).contains("ost").doesNotContain("salary", "boss", "people");
            }
            var write = rest.send(
                    "PATCH",
                    "/people?id=eq.1",
                    "{\"name\":\"x\"}",
                    "Accept",
                    plan,
                    "Prefer",
                    "tx=rollback, return=representation",
                    "Content-Type",
                    "application/json");
            assertThat(write.body()).doesNotContain("salary", "boss");
        }
    }

    @Test
    void showsWhatWasGrantedAsAWhole() throws Exception {
        var response = rest.get("/teams?select=id,lead", "Accept", PLANS.get(2));
        assertThat(response.body()).contains("\"Relation Name\"", "teams", "\"Output\"", "lead");
    }
}
