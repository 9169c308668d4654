package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several schemas of the database, of which some may be asked for and some not. */
class SchemasTest {
    private static final String USER = "graphql_schemas/1";
    private static GraphqlServer graphql;

    @BeforeAll
    static void open() throws Exception {
        graphql = new GraphqlServer("""
                do $$ begin create role graphql_schemas nologin; exception when duplicate_object then null; end $$;
                create schema inside;
                comment on schema public is '@graphql({"inflect_names": true, "introspection": true})';
                comment on schema inside is '@graphql({"inflect_names": true, "introspection": false})';
                create type inside.grade as enum ('a', 'b');
                create table blog (id serial primary key, content text, grade inside.grade);
                create table inside.account (id serial primary key, blog_id int references blog, email text);
                insert into blog (content, grade) values ('hello', 'b');
                insert into inside.account (blog_id, email) values (1, 'a@example.com');
                create function inside.mails() returns int language sql stable as 'select 1';
                create function shared() returns int language sql stable as 'select 1';
                create function inside.shared() returns int language sql stable as 'select 2';
                grant usage on schema inside to graphql_schemas;
                grant select, insert on blog, inside.account to graphql_schemas;
                """, Set.of("graphql_schemas"), "api.schemas=public,inside");
    }

    @AfterAll
    static void close() {
        graphql.close();
    }

    @Test
    void whatMayNotBeAskedForIsNotTold() throws Exception {
        assertThat(
                        graphql.ask(
                                USER,
                                "{ account: __type(name: \"Account\") { name } nobody: __type(name: \"Nobody\") { name } grade: __type(name: \"Grade\") { name } blog: __type(name: \"Blog\") { fields { name } } }"))
                .isEqualTo(
                        "{'data':{'account':null,'nobody':null,'grade':null,'blog':{'fields':[{'name':'nodeId'},{'name':'id'},{'name':'content'}]}}}");
        assertThat(
                        graphql.ask(
                                USER,
                                "{ __schema { queryType { fields { name } } mutationType { fields { name } } types { name } } }"))
                .contains("'blogCollection'", "'insertIntoBlogCollection'", "'BlogEdge'", "'Boolean'")
                .doesNotContain("ccount", "mails", "rade");
    }

    @Test
    void itIsAnsweredAllTheSame() throws Exception {
        assertThat(
                        graphql.ask(
                                USER,
                                "{ __schema { queryType { name } } accountCollection { edges { node { email blog { grade accountCollection { edges { node { id } } } } } } } mails }"))
                .isEqualTo(
                        "{'data':{'__schema':{'queryType':{'name':'Query'}},'accountCollection':{'edges' : [{'node' : {'email' : 'a@example.com', 'blog' : {'grade' : 'b', 'accountCollection' : {'edges' : [{'node' : {'id' : 1}}]}}}}]},'mails':1}}");
    }

    @Test
    void aNameThatTwoSchemasHaveIsNobodys() throws Exception {
        assertThat(graphql.ask(USER, "{ shared }")).contains("Unknown field");
    }

    @Test
    void aChangeOfRightsOrOfTheSchemaIsSeen() throws Exception {
        graphql.execute(
                "create table inside.later (id int primary key); grant select on inside.later to graphql_schemas; notify pgrst, 'reload schema'");
        String answer = "";
        for (long until = System.nanoTime() + 10_000_000_000L;
                System.nanoTime() < until && !answer.contains("edges"); ) {
            answer = graphql.ask(USER, "{ laterCollection { edges { cursor } } }");
        }
        assertThat(answer).isEqualTo("{'data':{'laterCollection':{'edges' : []}}}");
    }
}
