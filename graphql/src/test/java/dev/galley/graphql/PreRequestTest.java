package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the project's function refuses by one way to the database it refuses by this one too. */
class PreRequestTest {
    private static GraphqlServer graphql;

    @BeforeAll
    static void open() throws Exception {
        graphql = new GraphqlServer("public.check_caller", """
                do $$ begin create role graphql_checked nologin; exception when duplicate_object then null; end $$;
                comment on schema public is '@graphql({"introspection": true})';
                create table thing (id int primary key, name text unique);
                grant select, insert on thing to graphql_checked;
                create function check_caller() returns void language plpgsql as $f$ begin
                    if current_setting('request.jwt.claims', true)::json->>'sub' = 'banned' then
                        raise insufficient_privilege using message = 'not you';
                    end if;
                end $f$;
                create function house() returns text language sql stable as $f$ select current_setting('app.settings.house') $f$;
                """, Set.of("graphql_checked"));
    }

    @AfterAll
    static void close() {
        graphql.close();
    }

    @Test
    void aRefusedCallerGetsNeitherDataNorSchemaAndChangesNothing() throws Exception {
        for (String query : new String[] {
            "{ thingCollection { edges { node { id } } } }",
            "{ thingByPk(id: 1) { id } }",
            "{ __schema { queryType { name } } }",
            "mutation { insertIntothingCollection(objects: [{id: 7}]) { affectedCount } }"
        }) {
            assertThat(graphql.ask("graphql_checked/banned", query))
                    .isEqualTo("{'data':null,'errors':[{'message':'not you','extensions':{'code':'42501'}}]}");
        }
        assertThat(graphql.sql("select count(*) from thing")).containsExactly("0");
    }

    @Test
    void othersAreServed() throws Exception {
        assertThat(graphql.ask("graphql_checked/ann", "{ thingByPk(id: 1) { id } house }"))
                .isEqualTo("{'data':{'thingByPk':null,'house':'galley'}}");
        assertThat(graphql.ask("graphql_checked/ann", "{ __type(name: \"thing\") { name } }"))
                .isEqualTo("{'data':{'__type':{'name':'thing'}}}");
        assertThat(graphql.ask(
                        "graphql_checked/ann",
                        "mutation { a: insertIntothingCollection(objects: [{id: 1}]) { affectedCount }"
                                + " b: insertIntothingCollection(objects: [{id: 1}]) { affectedCount } }"))
                .contains("'path':['b']");
    }
}
