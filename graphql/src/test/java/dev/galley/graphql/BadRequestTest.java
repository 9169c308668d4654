package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong or too much is refused in the protocol's own shape, before anything is done. */
class BadRequestTest {
    private static final String ROLE = "graphql_reader/1";
    private static GraphqlServer graphql;

    @BeforeAll
    static void open() throws Exception {
        graphql = new GraphqlServer(
                """
                do $$ begin create role graphql_reader nologin; exception when duplicate_object then null; end $$;
                create table node_of (id int primary key, up int references node_of);
                grant select on node_of to graphql_reader;
                """,
                Set.of("graphql_reader"),
                "graphql.max-depth=14",
                "graphql.max-fields=300",
                "graphql.max-root-fields=5",
                "graphql.max-rows=30000",
                "graphql.max-variables=100",
                "graphql.max-body=64KiB");
    }

    @AfterAll
    static void close() {
        graphql.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    []                                                | BAD_REQUEST
                    [{"query": "{ __typename }"}]                     | BAD_REQUEST
                    {"query": 1}                                      | BAD_REQUEST
                    {"query": "{ __typename }", "variables": []}      | BAD_REQUEST
                    {"query": "{ __typename }", "operationName": 1}   | BAD_REQUEST
                    {"query": "{ __typename"}                         | GRAPHQL_PARSE_FAILED
                    {"query": ""}                                     | GRAPHQL_PARSE_FAILED
                    {"query": "{ nope }"}                             | GRAPHQL_VALIDATION_FAILED
                    {"query": "query a { __typename }", "operationName": "b"} | GRAPHQL_VALIDATION_FAILED
                    {"query": "subscription { a }"}                   | GRAPHQL_VALIDATION_FAILED
                    {"query": "type A { a: Int }"}                    | GRAPHQL_VALIDATION_FAILED
                    {"query": "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"} | GRAPHQL_VALIDATION_FAILED
                    {"query": "{ node_ofCollection(first: -1) { edges { cursor } } }"} | BAD_USER_INPUT
                    {"query": "{ node_ofCollection(after: \\"x\\") { edges { cursor } } }"} | BAD_USER_INPUT
                    {"query": "{ node(nodeId: \\"WyJhIl0=\\") { nodeId } }"} | BAD_USER_INPUT
                    """)
    void isTold(String body, String code) throws Exception {
        var answer = graphql.post(ROLE, body);
        assertThat(answer.body()).contains("\"errors\":[{\"message\":", "\"code\":\"" + code + "\"");
        assertThat(answer.statusCode()).isEqualTo(code.equals("BAD_REQUEST") ? 400 : 200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json; charset=utf-8");
    }

    @Test
    void introspectionIsOffUnlessItIsTurnedOn() throws Exception {
        assertThat(graphql.ask(ROLE, "{ __schema { queryType { name } } }"))
                .contains("Unknown field \\'__schema\\' on type Query");
        assertThat(graphql.ask(ROLE, "{ __type(name: \"node_of\") { name } node_ofCollection { edges { cursor } } }"))
                .startsWith("{'data':{'node_ofCollection':{'edges' : []}},'errors':");
    }

    @Test
    void whoIsNobodyGetsNothing() throws Exception {
        var answer = graphql.send("GET", "?query=%7B__typename%7D");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("UNAUTHENTICATED");
        assertThat(graphql.send("DELETE", "", "apikey", ROLE).statusCode()).isEqualTo(405);
    }

    @Test
    void deepSelectionsAreRefused() throws Exception {
        String query =
                "{ node_ofCollection { edges { node " + "{ node_of ".repeat(20) + "{ id }" + " }".repeat(20) + " } } }";
        assertThat(graphql.ask(ROLE, query)).contains("'errors'").doesNotContain("'edges'");
    }

    @Test
    void manyAliasesAreRefused() throws Exception {
        String fields = IntStream.range(0, 400).mapToObj(i -> "a" + i + ": id").collect(Collectors.joining(" "));
        assertThat(graphql.ask(ROLE, "{ node_ofCollection { edges { node { " + fields + " } } } }"))
                .contains("QUERY_TOO_COMPLEX");
        String roots = IntStream.range(0, 6)
                .mapToObj(i -> "a" + i + ": node_ofCollection { edges { cursor } }")
                .collect(Collectors.joining(" "));
        assertThat(graphql.ask(ROLE, "{ " + roots + " }")).contains("QUERY_TOO_COMPLEX");
        String tooLong = "{ " + "x ".repeat(40_000) + " }";
        assertThat(graphql.post(ROLE, "{\"query\": \"" + tooLong + "\"}").statusCode())
                .isEqualTo(413);
    }

    @Test
    void moreRowsThanMayBeAreRefusedBeforeTheyAreLookedFor() throws Exception {
        String level = "node_ofCollection(first: %d) { edges { node { %s } } }";
        String within = level.formatted(30, level.formatted(30, level.formatted(30, "id")));
        String beyond = level.formatted(30, level.formatted(30, level.formatted(30, level.formatted(3, "id"))));
        assertThat(graphql.ask(ROLE, "{ " + within + " }")).isEqualTo("{'data':{'node_ofCollection':{'edges' : []}}}");
        assertThat(graphql.ask(ROLE, "{ " + beyond + " }")).contains("QUERY_TOO_COMPLEX", "30000 rows");
        String variable = level.formatted(30, level.formatted(30, level.formatted(30, level.formatted(0, "id"))));
        assertThat(graphql.ask(
                        ROLE, "query ($n: Int) { " + variable.replace("first: 0", "first: $n") + " }", "{'n': 30}"))
                .contains("QUERY_TOO_COMPLEX");
        String twice = "{ a: " + within + " b: " + within + " }";
        assertThat(graphql.ask(ROLE, twice)).contains("QUERY_TOO_COMPLEX");
    }

    @Test
    void everyWayToSendADocumentHasTheSameLimits() throws Exception {
        String fields = "id ".repeat(400);
        String document = "{ node_ofCollection { edges { node { " + fields + " } } } }";
        assertThat(graphql.get(document, "apikey", ROLE).body()).contains("QUERY_TOO_COMPLEX");
        assertThat(graphql.ask(ROLE, document)).contains("QUERY_TOO_COMPLEX");
        String named = "query a { node_ofCollection { edges { cursor } } } query b " + document;
        assertThat(graphql.ask(ROLE, named)).contains("QUERY_TOO_COMPLEX");
    }

    @Test
    void tooManyValuesInVariablesAreRefused() throws Exception {
        String numbers = IntStream.range(0, 120).mapToObj(Integer::toString).collect(Collectors.joining(","));
        String query = "query ($a: [Int!]) { node_ofCollection(filter: {id: {in: $a}}) { edges { cursor } } }";
        assertThat(graphql.ask(ROLE, query, "{'a': [1, 2]}")).contains("'edges' : []");
        assertThat(graphql.ask(ROLE, query, "{'a': [" + numbers + "]}")).contains("QUERY_TOO_COMPLEX");
    }

    @Test
    void namesThatAlmostFitAreNotSuggested() throws Exception {
        for (String query : new String[] {
            "{ node_ofCollectio { edges { cursor } } }",
            "{ node_ofCollection(firs: 1) { edges { cursor } } }",
            "{ node_ofCollection(filter: {idd: {eq: 1}}) { edges { cursor } } }",
            "query ($a: node_ofFilte) { node_ofCollection(filter: $a) { edges { cursor } } }"
        }) {
            assertThat(graphql.ask(ROLE, query)).contains("'errors'").doesNotContainIgnoringCase("did you mean");
        }
        assertThat(graphql.ask(ROLE, "{ node_ofCollectio { edges { cursor } } }"))
                .doesNotContain("node_ofCollection'");
    }
}
