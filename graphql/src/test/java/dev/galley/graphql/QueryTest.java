package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads: collections, records, relations, pages, aggregates, functions, as different callers. */
class QueryTest {
    private static final String MEMBER = "graphql_member/1";
    private static GraphqlServer graphql;

    @BeforeAll
    static void open() throws Exception {
        graphql = new GraphqlServer("""
                do $$ begin create role graphql_member nologin; exception when duplicate_object then null; end $$;
                do $$ begin create role graphql_guest nologin; exception when duplicate_object then null; end $$;
                comment on schema public is '@graphql({"inflect_names": true, "introspection": true})';
                create type mood as enum ('calm', 'very loud');
                comment on type mood is '@graphql({"mappings": {"very loud": "very_loud"}})';
                create table author (id int primary key, name text not null, mood mood, secret text);
                create table blog_post (id bigint primary key, author_id int not null references author, title text not null,
                    tags text[], details jsonb, price numeric);
                comment on table blog_post is '@graphql({"totalCount": {"enabled": true}, "aggregate": {"enabled": true}})';
                insert into author values (1, 'Ann', 'calm', 'x1'), (2, 'Bob', 'very loud', 'x2'), (3, 'Cyd', null, 'x3');
                insert into blog_post select n, 1 + n % 2, 'post ' || n, array['a', 'b' || n], '{"n": 1}', n * 1.5
                    from generate_series(1, 5) n;
                create table hidden (id int primary key, note text);
                create function _shout(author) returns text language sql stable as 'select upper($1.name)';
                create function add(a int, b int default 10) returns int language sql immutable as 'select a + b';
                create function posts_of(who int) returns setof blog_post language sql stable
                    as 'select * from blog_post where author_id = who';
                alter table blog_post enable row level security;
                create policy everybody on blog_post to graphql_member using (true);
                create policy own on blog_post to graphql_guest
                    using (author_id::text = current_setting('request.jwt.claims', true)::json->>'sub');
                grant select on author, blog_post to graphql_member;
                grant select (id, name) on author to graphql_guest;
                grant select on blog_post to graphql_guest;
                """, Set.of("graphql_member", "graphql_guest"));
    }

    @AfterAll
    static void close() {
        graphql.close();
    }

    @Test
    void collectionsWithRelatedRowsAreOneAnswer() throws Exception {
        assertThat(graphql.ask(MEMBER, """
                {
                  authorCollection(filter: {id: {lt: 3}}, orderBy: [{name: DescNullsLast}]) {
                    edges { node { who: name mood blogPostCollection(first: 1) { totalCount edges { node { id title author { name } } } } } }
                  }
                }
                """))
                .isEqualTo(
                        "{'data':{'authorCollection':{'edges' : [{'node' : {'who' : 'Bob', 'mood' : 'very_loud', 'blogPostCollection' : {'totalCount' : 3, 'edges' : [{'node' : {'id' : '1', 'title' : 'post 1', 'author' : {'name' : 'Bob'}}}]}}}, {'node' : {'who' : 'Ann', 'mood' : 'calm', 'blogPostCollection' : {'totalCount' : 2, 'edges' : [{'node' : {'id' : '2', 'title' : 'post 2', 'author' : {'name' : 'Ann'}}}]}}}]}}}");
    }

    @Test
    void pagesFollowTheirCursors() throws Exception {
        String page = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { id } }";
        var first = graphql.json(MEMBER, "{ blogPostCollection(first: 2) { " + page + " } }")
                .path("data")
                .path("blogPostCollection");
        assertThat(first.path("pageInfo").path("hasNextPage").asBoolean()).isTrue();
        assertThat(first.path("pageInfo").path("hasPreviousPage").asBoolean()).isFalse();
        String cursor = first.path("pageInfo").path("endCursor").asString();
        var second = graphql.json(
                        MEMBER, "{ blogPostCollection(first: 3, after: \"" + cursor + "\") { " + page + " } }")
                .path("data")
                .path("blogPostCollection");
        assertThat(second.path("edges").toString())
                .contains("\"3\"", "\"4\"", "\"5\"")
                .doesNotContain("\"2\"");
        assertThat(second.path("pageInfo").path("hasNextPage").asBoolean()).isFalse();
        assertThat(second.path("pageInfo").path("hasPreviousPage").asBoolean()).isTrue();
        String start = second.path("pageInfo").path("startCursor").asString();
        var back = graphql.json(MEMBER, "{ blogPostCollection(last: 1, before: \"" + start + "\") { " + page + " } }")
                .path("data")
                .path("blogPostCollection");
        assertThat(back.path("edges").toString()).contains("\"2\"").doesNotContain("\"1\"");
        assertThat(back.path("pageInfo").path("hasPreviousPage").asBoolean()).isTrue();
        assertThat(back.path("pageInfo").path("hasNextPage").asBoolean()).isTrue();
    }

    @Test
    void recordsByKeyAndByGlobalId() throws Exception {
        var found = graphql.json(MEMBER, "{ blogPostByPk(id: 3) { nodeId tags details price } }")
                .path("data")
                .path("blogPostByPk");
        assertThat(found.path("details").asString()).isEqualTo("{\"n\": 1}");
        assertThat(found.path("price").asString()).isEqualTo("4.5");
        String id = found.path("nodeId").asString();
        assertThat(graphql.ask(
                        MEMBER,
                        "query ($id: ID!) { node(nodeId: $id) { __typename ... on BlogPost { title } } }",
                        "{'id': '" + id + "'}"))
                .isEqualTo("{'data':{'node':{'__typename' : 'BlogPost', 'title' : 'post 3'}}}");
        assertThat(graphql.ask(MEMBER, "{ blogPostByPk(id: 99) { title } }"))
                .isEqualTo("{'data':{'blogPostByPk':null}}");
    }

    @Test
    void filtersAggregatesAndFunctions() throws Exception {
        assertThat(graphql.ask(MEMBER, """
                {
                  blogPostCollection(filter: {or: [{id: {eq: 1}}, {not: {title: {ilike: "POST%"}}}, {tags: {contains: ["b4"]}}]}) {
                    aggregate { count sum { id } max { title } }
                  }
                  add(a: 1)
                  three: add(a: 1, b: 2)
                  postsOf(who: 2, first: 1) { edges { node { id } } }
                }
                """))
                .isEqualTo(
                        "{'data':{'blogPostCollection':{'aggregate' : {'count' : 2, 'sum' : {'id' : 5}, 'max' : {'title' : 'post 4'}}},'add':11,'three':3,'postsOf':{'edges' : [{'node' : {'id' : '1'}}]}}}");
        assertThat(graphql.ask(
                        MEMBER, "{ authorCollection(filter: {mood: {eq: \"calm\"}}) { edges { node { shout } } } }"))
                .isEqualTo("{'data':{'authorCollection':{'edges' : [{'node' : {'shout' : 'ANN'}}]}}}");
    }

    @Test
    void theSchemaIsWhatTheRoleMayUse() throws Exception {
        String fields = "{ __type(name: \"Author\") { fields { name } } }";
        assertThat(graphql.ask(MEMBER, fields)).contains("'secret'", "'shout'");
        // Parts of a row are no row: its functions are out of reach.
        assertThat(graphql.ask("graphql_guest/2", fields)).contains("'name'").doesNotContain("secret", "shout", "mood");
        assertThat(graphql.ask("graphql_guest/2", "{ authorCollection { edges { node { secret } } } }"))
                .contains("Unknown field 'secret' on type 'Author'");
        assertThat(graphql.ask(MEMBER, "{ hiddenCollection { edges { node { id } } } }"))
                .contains("Unknown field \\'hiddenCollection\\' on type Query");
        assertThat(graphql.ask(MEMBER, "{ __schema { types { name } } }")).doesNotContain("idden");
    }

    @Test
    void rowLevelSecurityDecides() throws Exception {
        assertThat(graphql.ask("graphql_guest/2", "{ blogPostCollection { totalCount edges { node { id } } } }"))
                .isEqualTo(
                        "{'data':{'blogPostCollection':{'totalCount' : 3, 'edges' : [{'node' : {'id' : '1'}}, {'node' : {'id' : '3'}}, {'node' : {'id' : '5'}}]}}}");
        assertThat(graphql.ask(
                        "graphql_guest/1", "{ postsOf(who: 2) { edges { node { id } } } blogPostByPk(id: 1) { id } }"))
                .isEqualTo("{'data':{'postsOf':{'edges' : []},'blogPostByPk':null}}");
    }

    @Test
    void valuesAreNeverSql() throws Exception {
        String evil = "'; drop table author; --";
        assertThat(graphql.ask(
                        MEMBER,
                        "query ($x: String) { authorCollection(filter: {name: {eq: $x}}) { edges { node { id } } } }",
                        "{'x': 'A'}".replace("'A'", "\"" + evil.replace("'", "\\u0027") + "\"")))
                .isEqualTo("{'data':{'authorCollection':{'edges' : []}}}");
        assertThat(graphql.ask(MEMBER, "{ a: authorCollection { edges { node { evil_key_: name } } } }"))
                .contains("'evil_key_' : 'Ann'");
        assertThat(graphql.sql("select count(*) from author")).containsExactly("3");
    }
}
