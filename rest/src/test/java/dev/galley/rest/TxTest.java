package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several steps in one transaction: what they may be, what they give, and that nothing is left of a failure. */
class TxTest {
    private static final String ORDER = """
            {'name':'order','method':'POST','path':'/orders?select=id','body':{'customer':1,'note':'n'}}""";

    private static RestServer server;

    @BeforeAll
    static void open() throws Exception {
        server = TxFixture.server("rest.tx-end=commit-allow-override");
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

    private static void assertNothingWritten() {
        assertThat(server.query("select count(*)::text from orders")).containsExactly("0");
        assertThat(server.query("select n::text from stock where id = 1")).containsExactly("5");
    }

    @Test
    void stepsUseWhatEarlierOnesGave() throws Exception {
        var response = send("{'steps':[" + ORDER + """
                ,{'name':'items','method':'POST','path':'/items','body':[{'order_id':{'$ref':'order.id'},'product':1,'n':2},{'order_id':{'$ref':'order[0].id'},'product':2,'n':1}]},
                {'method':'PATCH','path':'/stock?id=eq.1&n=gte.2','body':{'n':3},'expect':{'rows':1}},
                {'name':'all','method':'GET','path':'/items?select=product,n&order=id','query':{'order_id':{'eq':{'$ref':'order.id'}},'id':{'in':{'$ref':'items[*].id'}}},'prefer':'count=exact'}]}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("""
                {"results":[{"name":"order","status":201,"rows":1,"headers":{"preference-applied":"return=representation"},"body":[{"id":1}]},\
                {"name":"items","status":201,"rows":2,"headers":{"preference-applied":"return=representation"},"body":[{"id":1,"order_id":1,"product":1,"n":2},{"id":2,"order_id":1,"product":2,"n":1}]},\
                {"status":204,"rows":1,"body":null},\
                {"name":"all","status":200,"rows":2,"total":2,"headers":{"preference-applied":"count=exact"},"body":[{"product":1,"n":2},{"product":2,"n":1}]}]}""");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json; charset=utf-8");
        assertThat(server.query("select n::text from stock where id = 1")).containsExactly("3");
    }

    @Test
    void allOrNothing() throws Exception {
        var response = send("{'steps':[" + ORDER + """
                ,{'method':'PATCH','path':'/stock?id=eq.1','body':{'n':3}},
                {'name':'bad','method':'POST','path':'/items','body':{'order_id':{'$ref':'order.id'},'product':1,'n':0}}]}""");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("\"code\":\"23514\"", "items_n_check")
                .endsWith(",\"step\":{\"index\":2,\"name\":\"bad\"}}");
        assertNothingWritten();
    }

    @Test
    void whatIsWrongWithNamesIsToldBeforeAnythingRuns() throws Exception {
        var response = send("{'steps':[" + ORDER + ",{'method':'GET','path':'/stockk'}]}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("PGRST205", "public.stock").endsWith("\"step\":{\"index\":1}}");
        assertNothingWritten();
        assertThat(server.query("select last_value::text from orders_id_seq")).containsExactly("1");
    }

    @Test
    void aMissedExpectationUndoesEverything() throws Exception {
        for (String expect : new String[] {"1", "{'min':1}", "{'min':2,'max':9}"}) {
            var response = send("{'steps':[" + ORDER + """
                    ,{'name':'take','method':'PATCH','path':'/stock?id=eq.1&n=gte.6','body':{'n':0},'expect':{'rows':EXPECT}}]}""".replace("EXPECT", expect));
            assertThat(response.statusCode()).isEqualTo(412);
            assertThat(response.body()).contains("GLY-TX06", "has 0 rows", "\"step\":{\"index\":1,\"name\":\"take\"}");
            assertNothingWritten();
        }
        assertThat(send("{'steps':[{'method':'GET','path':'/stock','expect':{'rows':{'min':2,'max':2}}}]}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void preferencesAndFormatsAreThoseOfARequest() throws Exception {
        var response = send("""
                {'steps':[
                {'method':'POST','path':'/stock?columns=id,n','prefer':'resolution=merge-duplicates,return=representation','body':[{'id':1,'n':7,'x':1}]},
                {'method':'GET','path':'stock','query':{'select':'id,n','id':'eq.1'},'accept':'application/vnd.pgrst.object+json'},
                {'method':'HEAD','path':'/stock','prefer':'count=exact'},
                {'method':'POST','path':'/orders','prefer':'return=headers-only','body':{'customer':1}},
                {'method':'PUT','path':'/stock?id=eq.9','body':{'id':9,'n':1,'tags':null}},
                {'method':'DELETE','path':'/stock','query':{'id':{'eq':9}},'prefer':'count=exact'}]}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"body\":[{\"id\":1,\"n\":7,\"tags\":[\"a\"]}]")
                .contains("\"body\":{\"id\":1,\"n\":7}}")
                .contains("\"total\":2,\"headers\":{\"preference-applied\":\"count=exact\"},\"body\":null}")
                .contains("\"location\":\"/orders?id=eq.1\"")
                .contains("{\"status\":204,\"rows\":1,\"body\":null}");
        var many = send("{'steps':[" + ORDER
                + ",{'method':'DELETE','path':'/stock?id=gt.0','prefer':'handling=strict, max-affected=1'}]}");
        assertThat(TxFixture.code(many)).isEqualTo("PGRST124");
        var unknown = send("{'steps':[{'method':'GET','path':'/stock','prefer':'handling=strict, nonsense'}]}");
        assertThat(TxFixture.code(unknown)).isEqualTo("PGRST122");
        var one = send("{'steps':[" + ORDER
                + ",{'method':'GET','path':'/stock','accept':'application/vnd.pgrst.object+json'}]}");
        assertThat(one.statusCode()).isEqualTo(406);
        assertThat(one.body()).contains("PGRST116", "\"step\":{\"index\":1}");
        assertThat(server.query("select count(*)::text from orders")).containsExactly("1");
    }

    @Test
    void functionsAreStepsToo() throws Exception {
        var response = send("""
                {'steps':[{'name':'who','method':'GET','path':'/rpc/who'},{'name':'tea','method':'POST','path':'/rpc/teapot'},
                {'method':'POST','path':'/rpc/who','body':{}},{'method':'POST','path':'/orders','body':{'customer':1,'note':{'$ref':'who.role'}}}]}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"name\":\"tea\",\"status\":418,\"rows\":1,\"headers\":{\"x-tea\":\"black\"}")
                .contains("\"path\" : \"/rpc/who\"", "\"status\":200");
        assertThat(server.query("select note from orders")).containsExactly("rest_member");
    }

    @Test
    void theLevelOfIsolationIsTheCallersChoice() throws Exception {
        for (String level : new String[] {"serializable", "repeatable read", "READ COMMITTED"}) {
            for (String method : new String[] {"GET", "POST"}) {
                var response = send("{'isolation':'" + level + "','steps':[{'method':'" + method
                        + "','path':'/rpc/who'},{'method':'POST','path':'/rpc/who'}]}");
                assertThat(response.body().split("\"isolation\" : \"" + level.toLowerCase(java.util.Locale.ROOT), -1))
                        .as(response.body())
                        .hasSize(3);
            }
        }
        assertThat(TxFixture.code(send("{'isolation':'chaos','steps':[{'method':'GET','path':'/stock'}]}")))
                .isEqualTo("GLY-TX01");
    }

    @Test
    void exactNumbersSurviveAndResultsAreDataNotGrammar() throws Exception {
        var response = send("""
                {'steps':[{'name':'s','method':'GET','path':'/stock?id=eq.2'},
                {'method':'POST','path':'/stock','body':{'id':3,'n':{'$ref':'s.n'},'tags':{'$ref':'s.tags'}}},
                {'method':'POST','path':'/orders','body':{'customer':1,'note':{'$literal':'x,y).or=(id.gt.0)"'}}},
                {'name':'o','method':'GET','path':'/orders'},
                {'name':'again','method':'GET','path':'/orders?select=id','query':{'note':{'eq':{'$ref':'o.note'}}}},
                {'method':'GET','path':'/orders?select=id','query':{'note':{'in':[{'$ref':'o.note'}]}},'expect':{'rows':1}},
                {'method':'GET','path':'/stock?select=id','query':{'tags':{'cs':{'$ref':'s.tags'}},'n':[{'gte':1},'not.is.null']},'expect':{'rows':2}},
                {'method':'GET','path':'/stock?select=id','query':{'tags':{'is':null}},'expect':{'rows':0}}]}""".replace("or=(id.gt.0)\"", "or=(id.gt.0)\\'"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("{\"name\":\"again\",\"status\":200,\"rows\":1");
        assertThat(server.query("select n::text || tags::text from stock where id = 3"))
                .containsExactly("12345678901234567890.10{b,c}");
        server.execute("delete from stock where id = 3");
    }

    @Test
    void aRollbackIsTriedButNotKept() throws Exception {
        var response = send("{'steps':[" + ORDER + "]}", "Prefer", "tx=rollback");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Preference-Applied")).contains("tx=rollback");
        assertThat(response.body()).contains("\"status\":201,\"rows\":1");
        assertNothingWritten();
        assertThat(TxFixture.code(send("{'steps':[{'method':'GET','path':'/stock','prefer':'tx=rollback'}]}")))
                .isEqualTo("GLY-TX01");
    }

    @Test
    void aDeferredConstraintUndoesEverythingAndIsNoSteps() throws Exception {
        var response = send(
                "{'steps':[" + ORDER + ",{'method':'POST','path':'/items','body':{'order_id':77,'product':1,'n':1}}]}");
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("23503").doesNotContain("\"step\"");
        assertNothingWritten();
    }

    @Test
    void otherMethodsAndTypesAreRefused() throws Exception {
        for (String method : new String[] {"GET", "PUT", "PATCH", "DELETE"}) {
            var response = server.send(method, "/tx", "");
            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains("OPTIONS,POST");
            assertThat(TxFixture.code(response)).isEqualTo("GLY-TX07");
        }
        assertThat(server.send("HEAD", "/tx", "").statusCode()).isEqualTo(405);
        var options = server.send("OPTIONS", "/tx", "");
        assertThat(options.statusCode()).isEqualTo(200);
        assertThat(options.headers().firstValue("Allow")).contains("OPTIONS,POST");
        assertThat(send("{'steps':[]}", "Content-Type", "text/csv").statusCode())
                .isEqualTo(400);
        assertThat(send("{'steps':[]}", "Accept", "text/csv").statusCode()).isEqualTo(406);
        assertThat(server.send("POST", "/tx?select=id", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void aTableOfTheNameComesFirstAndTheNameMayBeAnother() throws Exception {
        String table = "create table tx (id int); grant all on tx to rest_member;";
        try (RestServer other = new RestServer(
                true, TxFixture.SHOP + table, java.util.Set.of("rest_member"), "rest.tx-path=together")) {
            assertThat(other.send("POST", "/tx", "{\"id\":4}").statusCode()).isEqualTo(201);
            assertThat(other.send("GET", "/tx", "").body()).isEqualTo("[{\"id\":4}]");
            String both = "{\"steps\":[{\"method\":\"GET\",\"path\":\"/tx\"}]}";
            assertThat(other.send("POST", "/together", both).body()).contains("\"body\":[{\"id\":4}]");
        }
    }
}
