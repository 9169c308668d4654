package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps that are more than one statement: rows with their related rows, and a function that runs before each request. */
class TxStepKindsTest {
    private static final String ORDER =
            "{'name':'order','method':'POST','path':'/orders?select=id','body':{'customer':1,'note':'n'}}";

    private static RestServer server;

    @BeforeAll
    static void open() throws Exception {
        server = TxFixture.serverWith("""
                create table seen (n int generated always as identity, method text, path text, role text);
                create function guard() returns void language plpgsql as $$
                begin
                  if current_setting('request.path') = '/rpc/nap' then
                    raise exception 'not now' using errcode = 'PT403';
                  end if;
                  if current_setting('transaction_read_only') = 'off' then
                    insert into public.seen (method, path, role)
                    values (current_setting('request.method'), current_setting('request.path'), current_user);
                  end if;
                  if current_setting('request.path') = '/secrets' then set local role rest_clerk; end if;
                end $$;
                grant insert on seen to rest_member;
                grant select on secrets to rest_clerk;
                """, "query.pre-request=public.guard", "rest.tx-end=commit-allow-override");
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
    }

    @BeforeEach
    void empty() {
        TxFixture.empty(server);
        server.execute("truncate seen restart identity");
    }

    private static HttpResponse<String> steps(String... steps) throws Exception {
        return TxFixture.send(server, "{'steps':[" + String.join(",", steps) + "]}");
    }

    @Test
    void rowsWithTheirRelatedRowsAreOneStep() throws Exception {
        var response = steps(
                "{'name':'s','method':'GET','path':'/stock?select=id&order=id'}",
                "{'name':'order','method':'POST','path':'/orders?select=id,items(product,n)',"
                        + "'body':{'customer':1,'items':[{'product':{'$ref':'s[0].id'},'n':1},{'product':{'$ref':'s[1].id'},'n':2}]}}",
                "{'method':'GET','path':'/items?select=product&order=id','query':{'order_id':{'eq':{'$ref':'order.id'}},"
                        + "'product':{'in':{'$ref':'order.items[*].product'}}},'expect':{'rows':2}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"name\":\"order\",\"status\":201,\"rows\":1")
                .endsWith("\"status\":200,\"rows\":2,\"body\":[{\"product\":1},{\"product\":2}]}]}");
        var failed = steps(
                ORDER,
                "{'name':'bad','method':'POST','path':'/orders','body':{'customer':1,'items':[{'product':1,'n':0}]}}",
                ORDER.replace("'order'", "'other'"));
        assertThat(failed.body()).contains("23514", "\"step\":{\"index\":1,\"name\":\"bad\"}");
        assertThat(server.query("select count(*)::text from orders")).containsExactly("1");
    }

    @Test
    void theFunctionBeforeRequestsRunsBeforeEachStep() throws Exception {
        var response = steps(
                ORDER,
                "{'method':'GET','path':'/stock?select=id'}",
                "{'method':'PATCH','path':'/stock?id=eq.1','body':{'n':2}}",
                "{'method':'POST','path':'/rpc/met','body':{'times':0}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(server.query("select method || ' ' || path || ' ' || role from seen order by n"))
                .containsExactly("POST /orders rest_member", "PATCH /stock rest_member", "POST /rpc/met rest_member");
        var refused = steps(ORDER, "{'name':'no','method':'POST','path':'/rpc/nap','body':{'seconds':0}}");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("not now", "\"step\":{\"index\":1,\"name\":\"no\"}");
        assertThat(server.query("select count(*)::text from orders")).containsExactly("1");
    }

    @Test
    void aRoleThatItChangesToIsThatOfTheStepOnly() throws Exception {
        String secrets = "{'method':'GET','path':'/secrets?select=hiddencanary'}";
        var alone = steps(secrets, "{'method':'GET','path':'/rpc/who'}", ORDER);
        assertThat(alone.statusCode()).as(alone.body()).isEqualTo(200);
        assertThat(alone.body()).contains("CANARY", "\"role\" : \"rest_member\"");
        var reader = steps(ORDER, secrets.replace("'method'", "'name':'s','method'"), """
                {'method':'POST','path':'/orders','body':{'customer':1,'note':{'$ref':'s.hiddencanary'}}}""");
        assertThat(reader.statusCode()).as(reader.body()).isEqualTo(200);
        assertThat(server.query("select distinct owner from orders")).containsExactly("ada");
    }
}
