package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a schema says of itself, names that would spoil it, and input that does not fit, as pg_graphql has it. */
class DialectTest {
    private static final String USER = "graphql_dialect/1";
    private static GraphqlServer graphql;

    @BeforeAll
    static void open() throws Exception {
        graphql = new GraphqlServer("""
            do $$ begin create role graphql_dialect nologin; exception when duplicate_object then null; end $$;
            comment on schema public is '@graphql({"introspection": true})';
            create type shade as enum ('light', 'dark');
            create type hue as enum ('red', 'blue');
            create type oddity as enum ('a');
                comment on type oddity is '@graphql({"name": "thing"})';
            create table thing (id serial primary key, shade shade, hues hue[], ok bool, code varchar(3), n float8, at timetz, odd oddity);
            comment on table thing is '@graphql({"aggregate": {"enabled": true}, "description": "Of all sorts"})';
            comment on column thing.code is '@graphql({"description": "Short"})';
            insert into thing (shade, hues, ok, code, n) values ('light', '{red}', true, 'abc', 1.5), ('dark', null, false, 'x', 2);
            create table "Query" (id int primary key, a int);
            create table "Node" (id int primary key);
            create table "String" (id int primary key);
            create table "PageInfo" (id int primary key);
            create table "thingEdge" (id int primary key);
            create table nokey (id int not null, name text);
            comment on table nokey is '@graphql({"primary_key_columns": ["id"]})';
            insert into nokey values (7, 'seven');
            create function def_all(a int default 3, b text default 'it''s, so', c bool default true, d float8 default 1.50,
                e int default null) returns text language sql immutable as 'select concat(a, b, c, d, e)';
            create function def_some(a int, b text default 'x', c bool default false, d float8 default 1.50, e int default null,
                f timestamptz default now()) returns text language sql stable as 'select concat_ws(''/'', a, b, c, d, e)';
            create function one_thing() returns setof thing rows 1 language sql stable as 'select * from thing order by id';
            create view plain as select code, shade from thing;
            create function latest(thing) returns plain language sql stable as 'select code, shade from plain where code = $1.code';
            create function twice(a int) returns int language sql immutable as 'select 2 * a';
            create function twice(a text) returns text language sql immutable as 'select a || a';
            revoke usage on type hue from public;
            grant select, insert, update on all tables in schema public to graphql_dialect;
            """, Set.of("graphql_dialect"));
    }

    @AfterAll
    static void close() {
        graphql.close();
    }

    @Test
    void theSchemaTellsOfItself() throws Exception {
        assertThat(graphql.ask(
                        USER,
                        "{ __type(name: \"thing\") { kind name description fields { name description type {"
                                + " kind name ofType { name } } args { name } } interfaces { name } enumValues {"
                                + " name } possibleTypes { name } inputFields { name } } }"))
                .startsWith("{'data':{'__type':{'kind':'OBJECT','name':'thing','description':'Of all"
                        + " sorts','fields':[{'name':'nodeId','description':'Globally Unique Record"
                        + " Identifier','type':{'kind':'NON_NULL','name':null,'ofType':{'name':'ID'}},'args':[]}")
                .contains("{'name':'code','description':'Short'")
                .endsWith("'interfaces':[{'name':'Node'}],'enumValues':[],'possibleTypes':null,'inputFields':null}}}");
        assertThat(graphql.ask(
                        USER, "{ __type(name: \"Int\") { kind description } none: __type(name: \"Nobody\") { name } }"))
                .isEqualTo("{'data':{'__type':{'kind':'SCALAR','description':'A scalar integer up to 32"
                        + " bits'},'none':null}}");
        assertThat(graphql.ask(
                        USER,
                        "{ __schema { description queryType { name } mutationType { name } subscriptionType {"
                                + " name } directives { name args { name type { kind } } isRepeatable locations }"
                                + " } }"))
                .isEqualTo(
                        "{'data':{'__schema':{'description':'Represents the GraphQL schema of the"
                                + " database','queryType':{'name':'Query'},'mutationType':{'name':'Mutation'},'subscriptionType':null,'directives':[{'name':'include','args':[{'name':'if','type':{'kind':'NON_NULL'}}],'isRepeatable':false,'locations':['FIELD','FRAGMENT_SPREAD','INLINE_FRAGMENT']},{'name':'skip','args':[{'name':'if','type':{'kind':'NON_NULL'}}],'isRepeatable':false,'locations':['FIELD','FRAGMENT_SPREAD','INLINE_FRAGMENT']}]}}}");
        assertThat(graphql.ask(USER, "{ __schema { types { name } } }"))
                .contains("'UUIDListFilter'", "'BigFloatFilter'", "'__Type'", "'shadeFilter'");
    }

    @Test
    void anAnswerWithoutEndIsRefused() throws Exception {
        assertThat(graphql.ask(
                        USER,
                        "{ __schema { types { fields { type { fields { type { fields { type { fields { name }"
                                + " } } } } } } } } }"))
                .contains("QUERY_TOO_COMPLEX");
    }

    @Test
    void typesThatMayNotBeUsedAreNotTold() throws Exception {
        assertThat(graphql.ask(USER, "{ __type(name: \"hue\") { name } shade: __type(name: \"shade\") { name } }"))
                .isEqualTo("{'data':{'__type':null,'shade':{'name':'shade'}}}");
        assertThat(graphql.ask(USER, "{ thingCollection { edges { node { hues } } } }"))
                .contains("GRAPHQL_VALIDATION_FAILED");
    }

    @Test
    void namesThatAreTakenSpoilNothing() throws Exception {
        assertThat(graphql.ask(USER, "{ thingCollection(first: 1) { edges { __typename node { id odd } } } }"))
                .isEqualTo(
                        "{'data':{'thingCollection':{'edges' : [{'__typename' : 'thingEdge', 'node' : {'id' : 1, 'odd'"
                                + " : null}}]}}}");
        assertThat(graphql.ask(USER, "{ queryCollection { edges { node { a } } } }"))
                .contains("Unknown field");
    }

    @Test
    void defaultsOfArgumentsAreTold() throws Exception {
        String fields = graphql.ask(
                USER, "{ __type(name: \"Query\") { fields { name args { name defaultValue type { kind name } } } } }");
        assertThat(fields)
                .contains(
                        "{'name':'def_some','args':[{'name':'a','defaultValue':null,'type':{'kind':'NON_NULL','name':null}},{'name':'b','defaultValue':'\\'x\\'','type':{'kind':'SCALAR','name':'String'}},{'name':'c','defaultValue':'false','type':{'kind':'SCALAR','name':'Boolean'}},{'name':'d','defaultValue':'1.5','type':{'kind':'SCALAR','name':'Float'}},{'name':'e','defaultValue':null,'type':{'kind':'SCALAR','name':'Int'}},{'name':'f','defaultValue':null,'type':{'kind':'SCALAR','name':'Datetime'}}]}")
                .doesNotContain("'twice'");
        assertThat(graphql.ask(USER, "{ def_some(a: 1) def_all x: def_all(a: 4, b: null) }"))
                .isEqualTo("{'data':{'def_some':'1/x/f/1.5','def_all':'3it's, sot1.5','x':'4t1.5'}}");
    }

    @Test
    void aSetOfOneRowIsARecord() throws Exception {
        assertThat(graphql.ask(USER, "{ one_thing { id code } }"))
                .isEqualTo("{'data':{'one_thing':{'id' : 1, 'code' : 'abc'}}}");
    }

    @Test
    void rowsWithoutAKeyAreSingleRecords() throws Exception {
        assertThat(graphql.ask(USER, "{ thingCollection { edges { node { latest { code shade __typename } } } } }"))
                .isEqualTo(
                        "{'data':{'thingCollection':{'edges' : [{'node' : {'latest' : {'code' : 'abc', 'shade' : 'light', '__typename' : 'plain'}}}, {'node' : {'latest' : {'code' : 'x', 'shade' : 'dark', '__typename' : 'plain'}}}]}}}");
        assertThat(graphql.ask(USER, "{ plainCollection { edges { cursor } } }"))
                .contains("Unknown field");
    }

    @Test
    void aTableMayBeGivenAKeyByItsComment() throws Exception {
        assertThat(graphql.ask(USER, "{ nokeyCollection { edges { node { name } } } nokeyByPk(id: 7) { name } }"))
                .isEqualTo(
                        "{'data':{'nokeyCollection':{'edges' : [{'node' : {'name' : 'seven'}}]},'nokeyByPk':{'name' :"
                                + " 'seven'}}}");
    }

    @Test
    void aggregatesOfAllComparableTypes() throws Exception {
        assertThat(graphql.ask(
                        USER, "{ thingCollection { aggregate { count min { ok n code at } max { ok } avg { n } } } }"))
                .contains("'min' : {'ok' : false, 'n' : 1.5, 'code' : 'abc', 'at' : null}, 'max' : {'ok' : true}");
        assertThat(graphql.ask(
                        USER,
                        "{ __type(name: \"thingMinAggregateResult\") { description fields { name description"
                                + " type { name } } } }"))
                .contains(
                        "'Result of minimum aggregation for `thing`'",
                        "{'name':'n','description':'Minimum of n across all matching"
                                + " records','type':{'name':'BigFloat'}}",
                        "{'name':'at','description':'Minimum of at across all matching"
                                + " records','type':{'name':'Time'}}");
    }

    @Test
    void columnsThatASequenceFillsAreNotGiven() throws Exception {
        assertThat(graphql.ask(USER, "{ __type(name: \"thingInsertInput\") { inputFields { name } } }"))
                .contains("'shade'")
                .doesNotContain("'id'");
    }

    @Test
    void textsThatAreTooLongAreNotCut() throws Exception {
        assertThat(graphql.ask(
                        USER, "mutation { insertIntothingCollection(objects: [{code: \"abcd\"}]) { affectedCount } }"))
                .contains("Invalid input for String type. Maximum character length 3");
        assertThat(graphql.ask(USER, "{ thingCollection(filter: {code: {eq: \"abcd\"}}) { edges { cursor } } }"))
                .contains("Maximum character length 3");
    }

    @Test
    void oneFieldThatAsksForNonsenseLeavesTheOthers() throws Exception {
        assertThat(graphql.ask(
                        USER,
                        "{ a: thingCollection(first: -1) { edges { cursor } } b: thingByPk(id: 2) { code }"
                                + " __typename }"))
                .isEqualTo("{'data':{'b':{'code' : 'x'},'__typename':'Query'},'errors':[{'message':'`first` must be an"
                        + " unsigned integer','path':['a'],'extensions':{'code':'BAD_USER_INPUT'}}]}");
    }

    @Test
    void variablesOfAnotherTypeFitOrAreRefused() throws Exception {
        assertThat(graphql.ask(
                        USER,
                        "mutation ($o: [nokeyInsertInput!]!) { insertIntothingCollection(objects: $o) { affectedCount"
                                + " } }",
                        "{'o': [{'name': 'x'}]}"))
                .contains("Input for type thingInsertInput contains extra keys")
                .contains("BAD_USER_INPUT");
        assertThat(graphql.ask(
                        USER,
                        "mutation ($n: String!) { updatethingCollection(set: {code: \"q\"}, atMost: $n) {"
                                + " affectedCount } }",
                        "{'n': 'many'}"))
                .contains("BAD_USER_INPUT");
        assertThat(graphql.ask(
                        USER,
                        "query ($o: String) { thingCollection(orderBy: [{id: $o}]) { edges { cursor } } }",
                        "{'o': 'Sideways'}"))
                .contains("BAD_USER_INPUT");
    }

    @Test
    void errorsHaveTheWordsOfTheProtocol() throws Exception {
        assertThat(graphql.ask(USER, "{ no }")).contains("Unknown field \\'no\\' on type Query");
        assertThat(graphql.ask(USER, "{ thingCollection { no } }")).contains("'unknown field in connection'");
        assertThat(graphql.ask(USER, "{ nokeyCollection { aggregate { count } } }"))
                .contains("'enable the aggregate directive to use aggregates'");
        assertThat(graphql.ask(USER, "{ thingCollection { edges { no } } }")).contains("'unknown field in edge'");
        assertThat(graphql.ask(USER, "{ thingCollection { edges { node { no } } } }"))
                .contains("Unknown field 'no' on type 'thing'");
        assertThat(graphql.ask(USER, "{ thingCollection { pageInfo { no } } }"))
                .contains("'unknown field in pageInfo'");
        assertThat(graphql.ask(USER, "{ thingCollection { aggregate { no } } }"))
                .contains("Unknown field \\'no\\' selected on type \\'thingAggregate\\'");
        assertThat(graphql.ask(USER, "mutation { updatethingCollection(set: {code: \"q\"}) { no } }"))
                .contains("'unknown field in update'");
        assertThat(graphql.ask(USER, "{ thingCollection(no: 1) { edges { cursor } } }"))
                .contains("Input contains extra keys");
    }

    @Test
    void theFunctionOfGraphqlPublicIsAnswered() throws Exception {
        String body =
                "{\"operationName\": \"a\", \"query\": \"query a { __typename } query b { no }\", \"variables\": {}, \"extensions\": null}";
        assertThat(graphql.rpc(USER, "graphql_public", body).body())
                .contains("Unknown field", "GRAPHQL_VALIDATION_FAILED");
        assertThat(graphql.rpc(USER, "graphql_public", body.replace("{ no }", "{ __typename }"))
                        .body())
                .isEqualTo("{\"data\":{\"__typename\":\"Query\"}}");
        assertThat(graphql.rpc(USER, "public", body).statusCode()).isEqualTo(404);
    }

    @Test
    void pagesBehindACursorFollowTheKey() throws Exception {
        String after = graphql.json(USER, "{ thingCollection(first: 1) { pageInfo { endCursor } } }")
                .path("data")
                .path("thingCollection")
                .path("pageInfo")
                .path("endCursor")
                .asString();
        assertThat(graphql.ask(
                        USER,
                        "{ thingCollection(first: 1, after: \"" + after
                                + "\") { pageInfo { hasNextPage hasPreviousPage } edges { node { id } } } }"))
                .isEqualTo("{'data':{'thingCollection':{'pageInfo' : {'hasNextPage' : false, 'hasPreviousPage' : true},"
                        + " 'edges' : [{'node' : {'id' : 2}}]}}}");
        assertThat(graphql.ask(USER, "{ thingCollection(after: \"WzEsMl0=\") { edges { cursor } } }"))
                .contains("orderBy clause incompatible with pagination cursor");
        assertThat(graphql.ask(USER, "{ thingCollection(after: \"W10=\") { edges { cursor } } }"))
                .isEqualTo("{'data':{'thingCollection':{'edges' : []}}}");
    }
}
