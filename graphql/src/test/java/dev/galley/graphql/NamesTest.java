package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Names of the database that would be SQL if they were not quoted, in every place that a statement has for them. */
class NamesTest {
    private static final String USER = "graphql_names/1";
    private static GraphqlServer graphql;

    @BeforeAll
    static void open() throws Exception {
        graphql = new GraphqlServer("""
                do $$ begin create role graphql_names nologin; exception when duplicate_object then null; end $$;
                comment on schema public is '@graphql({"introspection": true, "extensions": true})';
                create type "pa""rt" as enum ('it''s', 'o"k');
                comment on type "pa""rt" is '@graphql({"name": "part", "mappings": {"it''s": "its", "o\\"k": "ok"}})';
                create table "we""ird; drop table x" (id int primary key, "a""); select 1--" text unique, "p'" "pa""rt", n int);
                comment on table "we""ird; drop table x" is '@graphql({"name": "weird", "aggregate": {"enabled": true}})';
                comment on column "we""ird; drop table x"."a""); select 1--" is '@graphql({"name": "a"})';
                comment on column "we""ird; drop table x"."p'" is '@graphql({"name": "p"})';
                create table "chi""ld" (id int primary key, "r""ef" int constraint "f""k'" references "we""ird; drop table x");
                comment on table "chi""ld" is '@graphql({"name": "child"})';
                comment on column "chi""ld"."r""ef" is '@graphql({"name": "ref"})';
                create table "jun""k" (l int references "we""ird; drop table x", "r'" int references "chi""ld", primary key (l, "r'"));
                comment on table "jun""k" is '@graphql({"name": "junk"})';
                create table bad (id int primary key, x int);
                comment on table bad is '@graphql({"name": "bad\\"name"})';
                create function "f'n"("we""ird; drop table x") returns text language sql stable as 'select ''fine''';
                comment on function "f'n" is '@graphql({"name": "fine"})';
                insert into "we""ird; drop table x" values (1, 'one', 'o"k', 5);
                insert into "chi""ld" values (1, 1);
                insert into "jun""k" values (1, 1);
                grant select, insert, update, delete on all tables in schema public to graphql_names;
                """, Set.of("graphql_names"));
    }

    @AfterAll
    static void close() {
        graphql.close();
    }

    @Test
    void areQuotedWhereRowsAreRead() throws Exception {
        assertThat(
                        graphql.ask(
                                USER,
                                "{ weirdCollection(filter: {a: {eq: \"one\"}, p: {in: [ok]}, childCollection: {some: {ref: {eq: 1}}}}, orderBy: [{a: AscNullsLast}, {childCollection: {count: DescNullsLast}}]) { edges { cursor node { a p fine childCollectionThroughjunk { edges { node { ref weird { n } } } } } } aggregate { max { a } } groups(by: [a, p]) { values { a p } count } } }"))
                .contains(
                        "'a' : 'one', 'p' : 'ok', 'fine' : 'fine'",
                        "'childCollectionThroughjunk' : {'edges' : [{'node' : {'ref' : 1, 'weird' : {'n' : 5}}}]}",
                        "'groups' : [{'values' : {'a' : 'one', 'p' : 'ok'}, 'count' : 1}]");
    }

    @Test
    void areQuotedWhereRowsAreWritten() throws Exception {
        assertThat(
                        graphql.ask(
                                USER,
                                "mutation { insertIntoweirdCollection(objects: [{id: 2, a: \"x'; --\", p: its, childCollection: [{id: 7}], childCollectionThroughjunk: [{id: 8}]}]) { records { a p childCollection { edges { node { id } } } } } }"))
                .contains("'a' : 'x'; --', 'p' : 'its', 'childCollection' : {'edges' : [{'node' : {'id' : 7}}]}");
        assertThat(
                        graphql.ask(
                                USER,
                                "mutation { insertIntoweirdCollection(objects: [{id: 3, a: \"x'; --\", n: 4}, {id: 4, a: \"y\", n: 5}], onConflict: {columns: [a], update: [n]}) { affectedCount } deleteFromweirdCollection(filter: {a: {eq: \"y\"}}) { affectedCount } }"))
                .contains("'affectedCount' : 2", "'affectedCount' : 1");
        assertThat(graphql.sql("select n from \"we\"\"ird; drop table x\" where id = 2"))
                .containsExactly("4");
    }

    @Test
    void thatAreNoneOfGraphqlLeaveTheirTableOut() throws Exception {
        assertThat(graphql.ask(USER, "{ __schema { types { name } } }"))
                .contains("'weird'")
                .doesNotContain("bad");
    }
}
