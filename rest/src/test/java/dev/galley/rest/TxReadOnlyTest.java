package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step that only reads cannot write, although the transaction around it may. */
class TxReadOnlyTest {
    private static final String ORDER =
            "{'name':'order','method':'POST','path':'/orders?select=id','body':{'customer':1,'note':'n'}}";

    private static RestServer server;

    @BeforeAll
    static void open() throws Exception {
        server = TxFixture.serverWith("""
                create function sneaks() returns int language plpgsql as $$
                  begin insert into public.orders (customer, note) values (1, 'sneaked'); return 1; end $$;
                create function says_stable() returns int language plpgsql stable as $$ begin return public.sneaks(); end $$;
                create function frees() returns int language plpgsql stable as $$
                  begin perform set_config('transaction_read_only', 'off', true); return public.sneaks(); end $$;
                create view trap as select id, public.sneaks() as n from stock;
                grant select on trap to rest_member;
                """, "rest.tx-end=commit-allow-override");
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
    }

    @BeforeEach
    void empty() {
        TxFixture.empty(server);
    }

    private static HttpResponse<String> steps(String... steps) throws Exception {
        return TxFixture.send(server, "{'steps':[" + String.join(",", steps) + "]}");
    }

    private static String orders() {
        return server.query("select count(*)::text from orders").getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'method':'GET','path':'/trap'}",
                "{'method':'HEAD','path':'/trap','prefer':'count=exact'}",
                "{'method':'GET','path':'/rpc/sneaks'}",
                "{'method':'GET','path':'/rpc/says_stable'}",
                "{'method':'POST','path':'/rpc/says_stable','body':{}}",
                "{'method':'GET','path':'/rpc/frees'}",
                "{'method':'GET','path':'/trap','query':{'id':{'lte':{'$ref':'order.id'}}}}"
            })
    void aReadThatWritesIsRefusedAndEverythingUndone(String read) throws Exception {
        String after = "{'method':'PATCH','path':'/stock?id=eq.1','body':{'n':1}}";
        for (String name : new String[] {"alone", "first", "last", "between"}) {
            if (read.contains("$ref") && !name.equals("last") && !name.equals("between")) continue;
            var response = switch (name) {
                case "alone" -> steps(read);
                case "first" -> steps(read, ORDER);
                case "last" -> steps(ORDER, read);
                default -> steps(ORDER, read, after);
            };
            assertThat(response.statusCode()).as(response.body()).isBetween(400, 500);
            assertThat(response.body()).containsAnyOf("25006", "25001").contains("\"step\":{\"index\":");
            assertThat(orders()).isEqualTo("0");
            assertThat(server.query("select n::text from stock where id = 1")).containsExactly("5");
        }
        var once = TxFixture.send(server, "{'steps':[" + ORDER + "," + read + "]}", "Idempotency-Key", "reads");
        assertThat(once.body()).containsAnyOf("25006", "25001");
        assertThat(orders()).isEqualTo("0");
    }

    @Test
    void writesBehindReadsGoOn() throws Exception {
        String read = "{'name':'READ','method':'GET','path':'/stock?select=id&id=eq.1'}";
        String uses =
                "{'method':'PATCH','path':'/stock','query':{'id':{'eq':{'$ref':'READ.id'}}},'body':{'n':4},'expect':{'rows':1}}";
        var response = steps(
                read.replace("READ", "a"),
                ORDER,
                read.replace("READ", "b"),
                read.replace("READ", "c"),
                uses.replace("READ", "b"),
                "{'method':'POST','path':'/items','body':{'order_id':{'$ref':'order.id'},'product':1,'n':2}}",
                read.replace("READ", "d"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(orders()).isEqualTo("1");
        assertThat(server.query("select n::text from stock where id = 1")).containsExactly("4");
        var key = TxFixture.send(
                server, "{'steps':[" + ORDER + "," + read.replace("READ", "z") + "]}", "Idempotency-Key", "behind");
        assertThat(key.statusCode()).as(key.body()).isEqualTo(200);
        var onlyReads =
                TxFixture.send(server, "{'steps':[" + read.replace("READ", "z") + "]}", "Idempotency-Key", "read");
        assertThat(onlyReads.statusCode()).as(onlyReads.body()).isEqualTo(200);
        assertThat(orders()).isEqualTo("2");
    }

    @Test
    void constraintsAtTheEndAreNotReads() throws Exception {
        String item = "{'method':'POST','path':'/items','body':{'order_id':KEY,'product':1,'n':1}}";
        String read = "{'name':'r','method':'GET','path':'/stock?select=id&id=eq.1'}";
        for (String prefer : new String[] {"tx=commit", "tx=rollback"}) {
            var held = TxFixture.send(
                    server,
                    "{'steps':[" + ORDER + "," + item.replace("KEY", "{'$ref':'order.id'}") + "," + read + "]}",
                    "Prefer",
                    prefer);
            assertThat(held.statusCode()).as(held.body()).isEqualTo(200);
            var broken = TxFixture.send(
                    server, "{'steps':[" + item.replace("KEY", "77") + "," + read + "]}", "Prefer", prefer);
            assertThat(broken.statusCode()).as(broken.body()).isEqualTo(409);
            assertThat(broken.body()).contains("23503");
        }
        assertThat(orders()).isEqualTo("1");
    }
}
