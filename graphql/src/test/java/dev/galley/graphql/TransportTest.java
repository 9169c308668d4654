package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GraphQL over HTTP: types of request and answer, statuses, caches, documents by their hash, mutations with a key. */
class TransportTest {
    private static final String JSON = "application/json";
    private static final String STANDARD = "application/graphql-response+json";
    private static final String ANN = "graphql_sender/ann";
    private static final String READ = "{ noteCollection { edges { node { id body } } } }";
    private static final String WRITE =
            "mutation { insertIntonoteCollection(objects: [{id: 7, body: \"x\"}]) { affectedCount } }";

    private static GraphqlServer graphql;

    @BeforeAll
    static void open() throws Exception {
        graphql = new GraphqlServer("""
                do $$ begin create role graphql_sender nologin; exception when duplicate_object then null; end $$;
                create table note (id int primary key, body text);
                grant select, insert on note to graphql_sender;
                """, Set.of("graphql_sender"), "graphql.persisted-queries=64KiB");
        graphql.keepAnswers();
    }

    @AfterAll
    static void close() {
        graphql.close();
    }

    @BeforeEach
    void oneNote() throws Exception {
        graphql.execute("truncate note, galley.idempotency; insert into note values (1, 'first')");
    }

    private static String body(String query) {
        return "{\"query\":\"" + query.replace("\"", "\\\"") + "\"}";
    }

    private static HttpResponse<String> post(String body, String... more) throws Exception {
        String[] headers = new String[4 + more.length];
        System.arraycopy(new String[] {"apikey", ANN, "Content-Type", JSON}, 0, headers, 0, 4);
        System.arraycopy(more, 0, headers, 4, more.length);
        return graphql.postWith(body, headers);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static long notes() {
        return graphql.sql("select id from note").size();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/graphql-response+json                          | application/graphql-response+json
            application/json                                           | application/json
            */*                                                        | application/json
            application/*                                              | application/json
            text/plain                                                 | application/json
            application/json;q=0.5, application/graphql-response+json  | application/graphql-response+json
            application/graphql-response+json;q=0.5, application/json  | application/json
            application/graphql-response+json;q=0, application/json    | application/json
            text/html                                                  | application/json
            """)
    void answersInTheTypeThatTheClientLikesBest(String accept, String type) throws Exception {
        var answer = post(body(READ), "Accept", accept);
        assertThat(header(answer, "Content-Type")).isEqualTo(type + "; charset=utf-8");
        assertThat(answer.body()).contains("first");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"query": "{ "}                                    | 400 | 200 | GRAPHQL_PARSE_FAILED
            {"query": "{ nope }"}                              | 400 | 200 | GRAPHQL_VALIDATION_FAILED
            {"query": "query a { __typename } query b { __typename }"} | 400 | 200 | GRAPHQL_VALIDATION_FAILED
            {"query": "query a { __typename }", "operationName": "b"}  | 400 | 200 | GRAPHQL_VALIDATION_FAILED
            {"query": "query ($a: Int!) { noteByPk(id: $a) { id } }"}  | 400 | 200 | BAD_USER_INPUT
            {"query": "{ noteByPk(id: 99999999999) { id } }"}  | 400 | 200 | GRAPHQL_VALIDATION_FAILED
            {"query": 7}                                       | 400 | 400 | BAD_REQUEST
            {"query": "{ __typename }", "extensions": 7}       | 400 | 400 | BAD_REQUEST
            not json                                           | 400 | 400 | BAD_REQUEST
            """)
    void theStandardTypeTellsByItsStatusWhatNeverRan(String body, int standard, int json, String code)
            throws Exception {
        var answer = post(body, "Accept", STANDARD);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(standard);
        assertThat(answer.body()).contains(code).doesNotContain("\"data\"");
        assertThat(post(body, "Accept", JSON).statusCode()).isEqualTo(json);
    }

    @Test
    void whatRanHasAlwaysStatus200() throws Exception {
        var answer = post(body(WRITE.replace("7", "1")), "Accept", STANDARD);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"data\":null,").contains("23505");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/graphql",
                "application/json; charset=utf-16",
                "application/jsonp"
            })
    void bodiesThatOtherSitesCouldSendAreRefused(String type) throws Exception {
        var answer = graphql.postWith(body(WRITE), "apikey", ANN, "Content-Type", type);
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("BAD_REQUEST");
        assertThat(graphql.postWith(body(WRITE), "apikey", ANN).statusCode()).isEqualTo(415);
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void batchesAreRefused() throws Exception {
        var answer = post(" [" + body(WRITE) + "," + body(WRITE) + "]");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("Batches of operations are not taken");
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void theOperationIsChosenByName() throws Exception {
        String both = "\"query\":\"query a { noteByPk(id: 1) { body } } mutation b { insertIntonoteCollection("
                + "objects: [{id: 3}]) { affectedCount } }\"";
        assertThat(post("{" + both + ",\"operationName\":\"a\"}").body())
                .isEqualTo("{\"data\":{\"noteByPk\":{\"body\" : \"first\"}}}");
        assertThat(notes()).isEqualTo(1);
        assertThat(post("{" + both + ",\"operationName\":\"b\"}").body()).contains("affectedCount");
        assertThat(notes()).isEqualTo(2);
    }

    @Test
    void aGetHasATagAndIsNotSentAgainWhileItIsTheSame() throws Exception {
        var first = graphql.get(READ, "apikey", ANN);
        String tag = header(first, "ETag");
        assertThat(tag).matches("\"[A-Za-z0-9_-]{22}\"");
        assertThat(header(first, "Cache-Control")).isEqualTo("private, no-cache");
        assertThat(String.join(", ", first.headers().allValues("Vary"))).contains("Accept", "Authorization", "apikey");

        var same = graphql.get(READ, "apikey", ANN, "If-None-Match", "\"other\", W/" + tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(header(same, "ETag")).isEqualTo(tag);
        assertThat(header(same, "Cache-Control")).isEqualTo("private, no-cache");

        graphql.execute("update note set body = 'changed'");
        var changed = graphql.get(READ, "apikey", ANN, "If-None-Match", tag);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).contains("changed");
    }

    @Test
    void whatIsNoAnswerToAGetIsNotKept() throws Exception {
        for (var answer : new HttpResponse<?>[] {
            post(body(READ)),
            graphql.get("{ nope }", "apikey", ANN),
            graphql.get("{ __schema { queryType { name } } }", "apikey", ANN)
        }) {
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
            assertThat(header(answer, "ETag")).isEmpty();
        }
    }

    @Test
    void aGetChangesNothing() throws Exception {
        var answer = graphql.get(WRITE, "apikey", ANN);
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.body()).contains("Only queries may be sent by GET");
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void aDocumentIsFoundByItsHash() throws Exception {
        String query = "{ noteByPk(id: 1) { id body } }";
        String extensions =
                "\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"" + sha256(query) + "\"}}";
        var unknown = post("{" + extensions + "}");
        assertThat(unknown.statusCode()).isEqualTo(200);
        assertThat(unknown.body())
                .isEqualTo("{\"errors\":[{\"message\":\"PersistedQueryNotFound\",\"extensions\":{\"code\":"
                        + "\"PERSISTED_QUERY_NOT_FOUND\"}}]}");
        assertThat(post("{" + extensions + "}", "Accept", STANDARD).statusCode())
                .isEqualTo(400);

        assertThat(post("{\"query\":\"" + query + "\"," + extensions + "}").body())
                .contains("first");
        assertThat(post("{" + extensions + "}").body()).contains("first");
        var got = graphql.send(
                "GET",
                "?extensions="
                        + java.net.URLEncoder.encode(
                                "{" + extensions.substring("\"extensions\":{".length()), StandardCharsets.UTF_8),
                "apikey",
                ANN);
        assertThat(got.body()).contains("first");
        assertThat(header(got, "ETag")).isNotEmpty();
        assertThat(got.body()).isEqualTo(post(body(query)).body());
    }

    @Test
    void aHashStandsForNoOtherDocument() throws Exception {
        String wanted = "{ noteByPk(id: 1) { id } }";
        String extensions =
                "\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"" + sha256(wanted) + "\"}}";
        var poisoned = post("{\"query\":\"{ noteByPk(id: 1) { body } }\"," + extensions + "}");
        assertThat(poisoned.statusCode()).isEqualTo(400);
        assertThat(poisoned.body()).contains("provided sha does not match query");
        assertThat(post("{" + extensions + "}").body()).contains("PersistedQueryNotFound");
        for (String wrong :
                new String[] {"{\"version\":2,\"sha256Hash\":\"x\"}", "{\"version\":1,\"sha256Hash\":\"x\"}", "{}"}) {
            assertThat(post("{\"query\":\"{ __typename }\",\"extensions\":{\"persistedQuery\":" + wrong + "}}")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void documentsThatAreNotValidAreNotKeptAndOthersOnlyUpToTheLimit() throws Exception {
        String invalid = "{ nothing }";
        post("{\"query\":\"" + invalid + "\"," + persisted(invalid) + "}");
        assertThat(post("{" + persisted(invalid) + "}").body()).contains("PersistedQueryNotFound");

        String kept = "{ noteByPk(id: 1) { id } } # " + "x".repeat(2000);
        for (int i = 0; i < 40; i++) {
            String each = kept + i;
            assertThat(post("{\"query\":\"" + each + "\"," + persisted(each) + "}")
                            .body())
                    .contains("\"id\"");
        }
        int found = 0;
        for (int i = 0; i < 40; i++) {
            found += post("{" + persisted(kept + i) + "}").body().contains("\"id\"") ? 1 : 0;
        }
        // 64 KiB hold sixteen of them.
        assertThat(found).isBetween(1, 16);
    }

    private static String persisted(String query) throws Exception {
        return "\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"" + sha256(query) + "\"}}";
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aMutationWithAKeyIsDoneOnce() throws Exception {
        var first = post(body(WRITE), "Idempotency-Key", "k");
        assertThat(first.body()).isEqualTo("{\"data\":{\"insertIntonoteCollection\":{\"affectedCount\" : 1}}}");
        assertThat(header(first, "Idempotency-Replayed")).isEmpty();
        var again = post(body(WRITE), "Idempotency-Key", "\"k\"");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(header(again, "Idempotency-Replayed")).isEqualTo("true");
        assertThat(notes()).isEqualTo(2);

        // The same document by its hash is the same request.
        assertThat(header(
                        post("{\"query\":" + quoted(WRITE) + "," + persisted(WRITE) + "}", "Idempotency-Key", "k"),
                        "Idempotency-Replayed"))
                .isEqualTo("true");
        assertThat(header(post("{" + persisted(WRITE) + "}", "Idempotency-Key", "k"), "Idempotency-Replayed"))
                .isEqualTo("true");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\\\"") + "\"";
    }

    @Test
    void aKeyIsForOneRequestAndOneCaller() throws Exception {
        post(body(WRITE), "Idempotency-Key", "k");
        var other = post(body(WRITE.replace("7", "8")), "Idempotency-Key", "k");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("GLY-IDEM02");
        assertThat(notes()).isEqualTo(2);
        var ben = graphql.postWith(
                body(WRITE.replace("7", "9")),
                "apikey",
                "graphql_sender/ben",
                "Content-Type",
                JSON,
                "Idempotency-Key",
                "k");
        assertThat(ben.body()).contains("\"affectedCount\" : 1");
        assertThat(post(body(WRITE), "Idempotency-Key", "x".repeat(300)).body()).contains("GLY-IDEM01");
        assertThat(post(body(WRITE), "Idempotency-Key", "a", "Idempotency-Key", "b")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aMutationThatFailsIsNotKept() throws Exception {
        String clash = WRITE.replace("7", "1");
        var failed = post(body(clash), "Idempotency-Key", "f");
        assertThat(failed.body()).contains("23505");
        graphql.execute("delete from note");
        assertThat(post(body(clash), "Idempotency-Key", "f").body()).contains("\"affectedCount\" : 1");
        String second = "mutation { a: insertIntonoteCollection(objects: [{id: 20}]) { affectedCount }"
                + " b: insertIntonoteCollection(objects: [{id: 20}]) { affectedCount } }";
        assertThat(post(body(second), "Idempotency-Key", "g").body()).contains("\"path\":[\"b\"]");
    }

    @Test
    void aQueryTakesNoNoticeOfAKey() throws Exception {
        post(body(READ), "Idempotency-Key", "q");
        graphql.execute("update note set body = 'other'");
        assertThat(post(body(READ), "Idempotency-Key", "q").body()).contains("other");
    }

    /** {@code galley serve} has no GraphiQL: a browser gets what everybody else gets. */
    @Test
    void thereIsNoPageUnlessItIsTurnedOn() throws Exception {
        var answer = graphql.get("{ nope }", "apikey", ANN, "Accept", "text/html,*/*;q=0.8");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).startsWith(JSON);
        assertThat(graphql.send("GET", "/graphiql/page.js").statusCode()).isEqualTo(404);
    }
}
