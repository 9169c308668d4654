package dev.galley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BroadcastTest {
    private static RealtimeServer server;

    @BeforeAll
    static void start() {
        server = RealtimeServer.start("realtime.max-payload=2000");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void reachesAllOthersInTheChannelOnBothVersionsOfTheProtocol() {
        try (Client ann = Client.connect(server, RealtimeServer.ANON);
                Client ben = Client.connect(server, RealtimeServer.ANON);
                Client old = Client.connect(server, RealtimeServer.ANON, "1.0.0");
                Client other = Client.connect(server, RealtimeServer.ANON)) {
            ann.joined("room", "{}");
            ben.joined("room", "{}");
            other.joined("elsewhere", "{}");
            old.say("{'topic':'realtime:room','event':'phx_join','payload':{'config':{}},'ref':'1','join_ref':'1'}");
            assertThat(old.next())
                    .isEqualTo("{'topic':'realtime:room','event':'phx_reply','payload':"
                            + "{'status':'ok','response':{'postgres_changes':[]}},'ref':'1'}");

            ann.broadcast("room", "hi", "{'n':1}");
            assertThat(ben.next()).isEqualTo("binary realtime:room hi  1 {'n':1}");
            assertThat(old.next())
                    .isEqualTo("{'topic':'realtime:room','event':'broadcast','payload':"
                            + "{'event':'hi','payload':{'n':1},'type':'broadcast'},'ref':null}");
            ann.say("['1','2','realtime:room','broadcast',{'type':'broadcast','event':'hi','payload':{},'extra':7}]");
            assertThat(ben.next())
                    .isEqualTo("[null,null,'realtime:room','broadcast',"
                            + "{'type':'broadcast','event':'hi','payload':{},'extra':7}]");
            old.say("{'topic':'realtime:room','event':'broadcast','payload':{'event':'x'},'ref':'2'}");
            assertThat(ann.next()).contains("'broadcast',{'event':'x'}");
            assertThat(other.all()).isEmpty();
        }
    }

    @Test
    void carriesBytesToWhoCanTakeThem() {
        try (Client ann = Client.connect(server, RealtimeServer.ANON);
                Client ben = Client.connect(server, RealtimeServer.ANON);
                Client old = Client.connect(server, RealtimeServer.ANON, "1.0.0")) {
            ann.joined("bytes", "{}");
            ben.joined("bytes", "{}");
            old.say("{'topic':'realtime:bytes','event':'phx_join','payload':{},'ref':'1'}")
                    .next();
            ann.raw(Client.userBroadcast("realtime:bytes", "raw", 0, "not json".getBytes(StandardCharsets.UTF_8)));
            assertThat(ben.next()).isEqualTo("binary realtime:bytes raw  0 not json");
            ann.broadcast("bytes", "then", "{}");
            assertThat(old.next()).as("bytes have no form in version 1").contains("'then'");
        }
    }

    @Test
    void isConfirmedAndHeardByItsSenderWhenAskedTo() {
        try (Client ann = Client.connect(server, RealtimeServer.ANON)) {
            ann.joined("own", "{'broadcast':{'ack':'true','self':true}}");
            ann.broadcast("own", "hi", "{}");
            assertThat(ann.next()).isEqualTo("binary realtime:own hi  1 {}");
            assertThat(ann.next()).isEqualTo("['1','9','realtime:own','phx_reply',{'status':'ok','response':{}}]");
            ann.broadcast("own", "big", "{'x':'" + "y".repeat(2000) + "'}");
            assertThat(ann.next()).contains("{'status':'error','response':'payload_size_exceeded'}");
            ann.broadcast("own", "bad", "{'x':");
            assertThat(ann.next()).contains("{'status':'error','response':'invalid_payload'}");
        }
    }

    @Test
    void keepsTheOrderOfEachSender() {
        try (Client ann = Client.connect(server, RealtimeServer.ANON);
                Client ben = Client.connect(server, RealtimeServer.ANON)) {
            ann.joined("order", "{}");
            ben.joined("order", "{}");
            for (int i = 0; i < 90; i++) {
                ann.broadcast("order", "n", Integer.toString(i));
            }
            for (int i = 0; i < 90; i++) {
                assertThat(ben.next()).isEqualTo("binary realtime:order n  1 " + i);
            }
        }
    }

    @Test
    void comesByHttpAlone() throws Exception {
        try (Client ben = Client.connect(server, RealtimeServer.ANON)) {
            ben.joined("web:1", "{}");
            assertThat(server.post(
                                    "/api/broadcast/web%3A1/events/a%20b",
                                    RealtimeServer.ANON, "application/json", "{\"n\":1}")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(ben.next()).isEqualTo("binary realtime:web:1 a b  1 {'n':1}");
            assertThat(server.post(
                                    "/api/broadcast/web:1/events/raw",
                                    RealtimeServer.ANON,
                                    "application/octet-stream",
                                    "xy")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(ben.next()).isEqualTo("binary realtime:web:1 raw  0 xy");
            assertThat(server.post("/api/broadcast/web:1/events/e", RealtimeServer.ANON, "text/plain", "xy")
                            .statusCode())
                    .isEqualTo(415);
            assertThat(server.post("/api/broadcast/web:1/events/e", RealtimeServer.ANON, "", "{\"a\":")
                            .statusCode())
                    .isEqualTo(422);
            assertThat(server.post("/api/broadcast/web:1/events/e", "nobody", "", "{}")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(ben.all()).isEmpty();
        }
    }

    @Test
    void comesByHttpSeveralAtATimeOrNotAtAll() throws Exception {
        try (Client ben = Client.connect(server, RealtimeServer.ANON)) {
            ben.joined("batch", "{}");
            var answer = server.post(
                    "/api/broadcast",
                    RealtimeServer.ANON,
                    "application/json",
                    "{\"messages\":[{\"topic\":\"batch\",\"event\":\"a\",\"payload\":{\"n\":1}},"
                            + "{\"topic\":\"batch\",\"event\":\"b\",\"payload\":{}}]}");
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.body()).isEmpty();
            assertThat(ben.next()).isEqualTo("binary realtime:batch a  1 {'n':1}");
            assertThat(ben.next()).isEqualTo("binary realtime:batch b  1 {}");
            var refused = server.post(
                    "/api/broadcast",
                    RealtimeServer.ANON,
                    "application/json",
                    "{\"messages\":[{\"topic\":\"batch\",\"event\":\"a\",\"payload\":{}},{\"topic\":\"batch\",\"payload\":[]}]}");
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body())
                    .isEqualTo("{\"errors\":{\"messages\":[{},{\"event\":[\"can't be blank\"],\"payload\":[\"is"
                            + " invalid\"]}]}}");
            for (String nothing : new String[] {"{}", "{\"messages\":[]}", "[]", "no"}) {
                assertThat(server.post("/api/broadcast", RealtimeServer.ANON, "application/json", nothing)
                                .statusCode())
                        .as(nothing)
                        .isEqualTo(422);
            }
            String large = "{\"messages\":[{\"topic\":\"batch\",\"event\":\"a\",\"payload\":{\"x\":\""
                    + "y".repeat(2000) + "\"}}]}";
            assertThat(server.post("/api/broadcast", RealtimeServer.ANON, "application/json", large)
                            .body())
                    .contains("Payload size exceeds tenant limit");
            String many = "{\"messages\":["
                    + "{\"topic\":\"batch\",\"event\":\"a\",\"payload\":{}},".repeat(100)
                    + "{\"topic\":\"batch\",\"event\":\"a\",\"payload\":{}}]}";
            assertThat(server.post("/api/broadcast", RealtimeServer.ANON, "application/json", many)
                            .statusCode())
                    .isEqualTo(429);
            assertThat(ben.all()).isEmpty();
        }
    }
}
