package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several steps in one transaction against callers who want more than is theirs, and when things break in the middle. */
class TxAttackTest {
    private static final String ORDER =
            "{'name':'order','method':'POST','path':'/orders?select=id','body':{'customer':1,'note':'n'}}";
    private static final String BECOME_BOB = "{'method':'POST','path':'/rpc/become','body':{'owner':'bob'}}";

    private static RestServer server;

    @BeforeAll
    static void open() throws Exception {
        server = TxFixture.server(
                "rest.tx-max-steps=8", "rest.tx-max-body=4KiB", "rest.tx-timeout=2s", "rest.max-terms=60");
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
    }

    @BeforeEach
    void empty() {
        TxFixture.empty(server);
    }

    private static HttpResponse<String> send(String document, String... headers) throws Exception {
        return TxFixture.send(server, document, headers);
    }

    private static HttpResponse<String> steps(String... steps) throws Exception {
        return send("{'steps':[" + String.join(",", steps) + "]}");
    }

    private static void assertNothingWritten() {
        assertThat(server.query("select count(*)::text from orders")).containsExactly("0");
        assertThat(server.query("select n::text from stock where id = 1")).containsExactly("5");
    }

    @Test
    void whatAStepMakesOfTheSessionEndsWithIt() throws Exception {
        String customers = "{'method':'GET','path':'/customers?select=name'}";
        var together = steps(BECOME_BOB, customers, "{'method':'GET','path':'/rpc/who'}", BECOME_BOB);
        assertThat(together.statusCode()).as(together.body()).isEqualTo(200);
        assertThat(together.body())
                .contains("\"body\":[{\"name\":\"Ada\"}]", "\"sub\":\"ada\"", "\"app\" : null")
                .contains("\"timeout\" : \"0\"")
                .doesNotContain("Bob");
        var apart = steps(
                "{'name':'b','method':'POST','path':'/rpc/become','body':{'owner':'bob'}}",
                "{'method':'GET','path':'/customers?select=name','query':{'name':{'neq':{'$ref':'b'}}}}");
        assertThat(apart.body()).contains("Ada").doesNotContain("Bob");
        for (int i = 0; i < 8; i++) {
            assertThat(server.get("/customers?select=name", "As-User", "ada").body())
                    .isEqualTo("[{\"name\":\"Ada\"}]");
        }
    }

    @Test
    void rowsOfOthersAreNotThere() throws Exception {
        var response = steps(
                "{'name':'c','method':'GET','path':'/customers'}",
                "{'method':'GET','path':'/customers','query':{'id':{'in':[1,2]}},'prefer':'count=exact'}");
        assertThat(response.body()).contains("Ada", "\"total\":1").doesNotContain("Bob");
        var second = steps("{'name':'c','method':'GET','path':'/customers'}", """
                {'method':'POST','path':'/orders','body':{'customer':{'$ref':'c[1].id'}}}""");
        assertThat(second.statusCode()).isEqualTo(422);
        assertThat(TxFixture.code(second)).isEqualTo("GLY-TX05");
        assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'method':'GET','path':'/secrets'}",
                "{'name':'s','method':'GET','path':'/secrets?select=hiddencanary'}",
                "{'method':'POST','path':'/secrets','body':{'id':2,'hiddencanary':'x'}}",
                "{'method':'GET','path':'/orders?select=id,secrets(hiddencanary)'}",
                "{'method':'GET','path':'/orders?hiddencanary=eq.1'}",
                "{'method':'POST','path':'/orders','body':{'hiddencanary':{'$ref':'order.hiddencanary'}}}"
            })
    void whatTheRoleMayNotSeeIsNotTold(String step) throws Exception {
        var response = steps(ORDER, step);
        assertThat(response.statusCode()).isBetween(400, 499);
        assertThat(response.body()).doesNotContain("CANARY").contains("\"step\":{\"index\":1");
        assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'method':'GET','path':'/orders;drop table stock'}",
                "{'method':'GET','path':'/orders?select=id);drop table stock--'}",
                "{'method':'GET','path':'/stock','query':{'n = n; drop table stock --':{'eq':1}}}",
                "{'method':'GET','path':'/stock','query':{'n':{'eq.1 or true':1}}}",
                "{'name':'a\\\"; drop table stock','method':'GET','path':'/stock'}",
                "{'method':'POST','path':'/orders','body':{'note':{'$ref':'order.id; drop table stock'}}}",
                "{'method':'POST','path':'/orders','body':{'customer) values (1); drop table stock; --':1}}",
                "{'method':'GET','path':'/stock','schema':'pg_catalog'}",
                "{'method':'GET','path':'/stock','query':{'id':{'eq':'1; drop table stock'}}}"
            })
    void sqlIsNeverMadeOfWhatIsSent(String step) throws Exception {
        var response = steps(ORDER, step);
        assertThat(response.statusCode()).as(response.body()).isBetween(400, 499);
        assertNothingWritten();
        assertThat(server.query("select count(*)::text from stock")).containsExactly("2");
    }

    @Test
    void resultsThatLookLikeGrammarStayValues() throws Exception {
        server.execute("insert into orders (customer, note, owner) values (1, 'x'',id.gt.0) or 1=1; --', 'ada')");
        var response = steps("{'name':'o','method':'GET','path':'/orders'}", """
                {'method':'GET','path':'/stock','query':{'id':{'gt':0},'tags':{'cs':[{'$ref':'o.note'}]}},'expect':{'rows':0}}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(server.query("select count(*)::text from stock")).containsExactly("2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{'steps':[]}",
                "{'steps':{}}",
                "{'steps':[1]}",
                "{'steps':[{'path':'/stock'}]}",
                "{'steps':[{'method':'GET'}]}",
                "{'steps':[{'method':'TRACE','path':'/stock'}]}",
                "{'steps':[{'method':'GET','path':'/stock','role':'rest_clerk'}]}",
                "{'role':'rest_clerk','steps':[{'method':'GET','path':'/stock'}]}",
                "{'steps':[{'name':'a','method':'GET','path':'/stock','query':{'id':{'eq':{'$ref':'a.id'}}}}]}",
                "{'steps':[{'method':'GET','path':'/stock','query':{'id':{'eq':{'$ref':'b.id'}}}},{'name':'b','method':'GET','path':'/stock'}]}",
                "{'steps':[{'name':'a','method':'GET','path':'/stock'},{'name':'a','method':'GET','path':'/stock'}]}",
                "{'steps':[{'method':'GET','path':'/stock','expect':{'rows':-1}}]}",
                "{'steps':[{'method':'GET','path':'/stock'}]"
            })
    void whatIsNotOfTheFormIsRefused(String document) throws Exception {
        var response = send(document);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'method':'GET','path':'/'}",
                "{'method':'POST','path':'/','body':{}}",
                "{'method':'GET','path':'//stock'}",
                "{'method':'GET','path':'?select=*'}",
                "{'method':'GET','path':'/rpc'}",
                "{'method':'GET','path':'/rpc/'}",
                "{'method':'GET','path':'/rpc/who/..'}",
                "{'method':'GET','path':'/../stock'}",
                "{'method':'GET','path':'/%zz'}",
                "{'method':'GET','path':'/stock%00'}",
                "{'method':'GET','path':'/stock?select=%ff'}",
                "{'method':'GET','path':'http://localhost/rest/v1/stock'}",
                "{'method':'POST','path':'/tx','body':{'steps':[{'method':'GET','path':'/stock'}]}}",
                "{'method':'PUT','path':'/rpc/nap','body':{}}",
                "{'method':'GET','path':'/stock','accept':'text/csv'}",
                "{'method':'GET','path':'/stock','accept':'application/vnd.pgrst.plan+json'}",
                "{'method':'GET','path':'/stock','accept':';q =0.5'}",
                "{'method':'GET','path':'/stock','prefer':'handling=strict, nonsense'}",
                "{'method':'GET','path':'/stock','prefer':'timezone=x\\r\\ny'}",
                "{'method':'GET','path':'/stock','schema':'public, pg_catalog'}"
            })
    void oddAddressesLeadNowhere(String step) throws Exception {
        var response = steps(ORDER, step);
        assertThat(response.statusCode()).as(response.body()).isBetween(400, 499);
        assertThat(response.body()).contains("\"step\":{\"index\":1");
        assertNothingWritten();
    }

    @Test
    void limitsHold() throws Exception {
        String read = "{'method':'GET','path':'/stock'}";
        var many = steps(ORDER, read, read, read, read, read, read, read, read);
        assertThat(TxFixture.code(many)).isEqualTo("GLY-TX03");
        var large = steps("{'method':'POST','path':'/orders','body':{'customer':1,'note':'" + "x".repeat(5000) + "'}}");
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(TxFixture.code(large)).isEqualTo("GLY-TX02");
        var deep = steps("{'method':'POST','path':'/orders','body':" + "[".repeat(1500) + "]".repeat(1500) + "}");
        assertThat(deep.statusCode()).as(deep.body()).isBetween(400, 499);
        String note =
                "{'name':'o','method':'POST','path':'/orders','body':{'customer':1,'note':'" + "x".repeat(1500) + "'}}";
        String copy = "{'method':'POST','path':'/orders','body':{'customer':1,'note':{'$ref':'o.note'}}}";
        var grown = steps(note, copy, copy, copy);
        assertThat(TxFixture.code(grown)).as(grown.body()).isEqualTo("GLY-TX02");
        assertNothingWritten();
    }

    @Test
    void aKeyGivesTheSameAnswerOnce() throws Exception {
        String document = "{'steps':[" + ORDER + "]}";
        var first = send(document, "Idempotency-Key", "k-1");
        var again = send(document, "Idempotency-Key", "k-1");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body()).contains("\"status\":201,\"rows\":1");
        assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
        assertThat(send(document.replace("'n'}", "'m'}"), "Idempotency-Key", "k-1")
                        .statusCode())
                .isEqualTo(422);
        assertThat(server.query("select count(*)::text from orders")).containsExactly("1");
    }

    @Test
    void aConflictIsTriedAgainAsAWhole() throws Exception {
        var response = steps(
                ORDER,
                "{'method':'POST','path':'/items','body':{'order_id':{'$ref':'order.id'},'product':1,'n':1}}",
                "{'name':'met','method':'POST','path':'/rpc/met','body':{'times':1}}",
                "{'method':'GET','path':'/items?select=n','query':{'order_id':{'eq':{'$ref':'order.id'}}},'expect':{'rows':1}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("{\"name\":\"met\",\"status\":200,\"rows\":1,\"body\":2}");
        assertThat(server.query("select count(*)::text from orders")).containsExactly("1");
        assertThat(server.query("select (order_id = (select id from orders))::text from items"))
                .containsExactly("true");
        var never = steps(ORDER, "{'method':'POST','path':'/rpc/met','body':{'times':1000}}");
        assertThat(never.body()).contains("40001", "\"step\":{\"index\":1}");
        assertThat(server.query("select count(*)::text from orders")).containsExactly("1");
    }

    @Test
    void aSlowStepIsStoppedAndNothingKept() throws Exception {
        var response = steps(ORDER, "{'method':'POST','path':'/rpc/nap','body':{'seconds':20}}");
        assertThat(response.statusCode()).as(response.body()).isBetween(500, 504);
        assertNothingWritten();
    }

    @Test
    void aLostConnectionLeavesNothing() throws Exception {
        var response = steps(ORDER, "{'method':'POST','path':'/rpc/die','body':{}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertNothingWritten();
        assertThat(steps("{'method':'GET','path':'/stock'}").statusCode()).isEqualTo(200);
    }

    @Test
    void aClientThatIsGoneLeavesNothing() throws Exception {
        String napping = "select count(*)::text from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid() and wait_event = 'PgSleep'";
        CompletableFuture<HttpResponse<String>> sent = server.start(
                "POST",
                "/tx",
                ("{'steps':[" + ORDER + ",{'method':'POST','path':'/rpc/nap','body':{'seconds':1.5}}]}")
                        .replace('\'', '"'),
                "As-User",
                "ada");
        TxFixture.await(server, napping, "1");
        assertThat(sent.cancel(true)).isTrue();
        TxFixture.await(server, napping, "0");
        assertNothingWritten();
    }
}
