package dev.galley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.identity.Refusal;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static int refusal(RealtimeServer server, String key) {
        Throwable failure = Assertions.catchThrowable(() -> Client.connect(server, key));
        assertThat(failure)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
        return ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode();
    }

    @Test
    void letsInWhoHasAGoodKeyAndTellsTheOthersWhy() throws Exception {
        try (RealtimeServer server = RealtimeServer.start()) {
            server.refusals.put("expired", new Refusal.Expired());
            server.refusals.put("forged", new Refusal.BadSignature());
            for (String[] each : new String[][] {
                {"", "API key is missing"},
                {"nonsense", "The token provided is not a valid JWT"},
                {"expired", "Token has expired"},
                {"forged", "Failed to validate JWT signature"},
                {"anon..", "Fields `role` and `exp` are required in JWT"},
                {"anon..1", "Token has expired"},
            }) {
                assertThat(refusal(server, each[0])).isEqualTo(401);
                var answer = server.get("/websocket?vsn=2.0.0&apikey=" + each[0]);
                assertThat(answer.body()).as(each[0]).isEqualTo("{\"error\":\"" + each[1] + "\"}");
            }
            assertThat(server.get("/websocket?vsn=3.0.0&apikey=" + RealtimeServer.ANON)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(server.get("/websocket?apikey=" + RealtimeServer.ANON).statusCode())
                    .isEqualTo(426);
            assertThat(server.get("/websocket", "x-api-key", RealtimeServer.ANON)
                            .statusCode())
                    .isEqualTo(426);
            assertThat(server.get("/api/ping").body()).isEqualTo("{\"message\":\"Success\"}");
        }
    }

    @Test
    void boundsSocketsChannelsAndJoins() {
        try (RealtimeServer server = RealtimeServer.start(
                "realtime.max-connections=2", "realtime.max-channels=2", "realtime.max-joins-per-second=5")) {
            Client ann = Client.connect(server, RealtimeServer.ANON);
            try (Client ben = Client.connect(server, RealtimeServer.ANON)) {
                assertThat(refusal(server, RealtimeServer.ANON)).isEqualTo(429);
                ann.joined("1", "{}").joined("2", "{}");
                assertThat(ann.join("3", "{}")).contains("ChannelRateLimitReached: Too many channels");
                ann.joined("1", "{}");
                ben.join("1", "{}");
                ben.say("['9','9','realtime:2','phx_join',{}]");
                assertThat(ben.nextWith("'9','9'")).contains("ClientJoinRateLimitReached: Too many joins per second");
                assertThat(ben.next()).startsWith("close 1008");
            }
            ann.close();
            RealtimeServer.eventually("room again", () -> server.service.sockets() == 0);
            Client.connect(server, RealtimeServer.ANON).close();
        }
    }

    @Test
    void endsChannelsThatAreFloodedAndSocketsThatFlood() {
        try (RealtimeServer server = RealtimeServer.start("realtime.max-client-messages-per-second=20");
                Client flood = Client.connect(server, RealtimeServer.ANON);
                Client other = Client.connect(server, RealtimeServer.ANON)) {
            other.joined("f", "{}");
            flood.joined("f", "{}");
            for (int i = 0; i < 200; i++) {
                flood.broadcast("f", "e", "{}");
            }
            assertThat(flood.nextWith("'system'")).contains("Too many messages per second");
            assertThat(flood.nextWith("phx_close")).isNotEmpty();
            assertThat(flood.nextWith("close ")).startsWith("close 1008 too many messages");
            other.broadcast("f", "mine", "{}");
            assertThat(other.all()).doesNotContain("'system'");
        }
    }

    @Test
    void boundsTheMessagesOfTheProject() {
        try (RealtimeServer server = RealtimeServer.start("realtime.max-messages-per-second=3");
                Client ann = Client.connect(server, RealtimeServer.ANON)) {
            ann.joined("m", "{}");
            for (int i = 0; i < 5; i++) {
                ann.broadcast("m", "e", "{}");
            }
            assertThat(ann.nextWith("'system'")).contains("Too many messages per second");
        }
    }

    @Test
    void closesWhoIsSilentAndWhoTalksNonsense() {
        try (RealtimeServer server = RealtimeServer.start("realtime.heartbeat-timeout=300ms")) {
            Client silent = Client.connect(server, RealtimeServer.ANON);
            assertThat(silent.next()).isEqualTo("close 1001 no heartbeat");
            Client confused = Client.connect(server, RealtimeServer.ANON);
            confused.raw("nonsense");
            assertThat(confused.next()).startsWith("close 1007");
            Client binary = Client.connect(server, RealtimeServer.ANON);
            binary.raw(new byte[] {9, 9, 9});
            assertThat(binary.next()).startsWith("close 1007");
        }
    }

    @Test
    void answersWhatIsForNoChannelAndIgnoresWhatIsForAnEarlierJoin() {
        try (RealtimeServer server = RealtimeServer.start();
                Client ann = Client.connect(server, RealtimeServer.ANON);
                Client ben = Client.connect(server, RealtimeServer.ANON)) {
            ann.say("[null,'5','realtime:none','broadcast',{'event':'e'}]");
            assertThat(ann.next()).contains("'phx_reply',{'status':'error','response':{'reason':'unmatched topic'}}");
            assertThat(ann.join("", "{}")).contains("TopicNameRequired: You must provide a topic name");
            ann.say("['8','8','other:x','phx_join',{}]");
            assertThat(ann.next()).contains("unmatched topic");
            ben.joined("t", "{}");
            ann.joined("t", "{}");
            ann.joined("t", "{}");
            ann.say("['2','6','realtime:t','broadcast',{'event':'stale'}]");
            ann.say("['3','6','realtime:t','broadcast',{'event':'fresh'}]");
            assertThat(ben.next()).contains("fresh");
            ann.say("['3','7','realtime:t','phx_leave',{}]");
            assertThat(ann.next()).contains("'7','realtime:t','phx_reply',{'status':'ok'");
            assertThat(ann.next()).isEqualTo("['3','3','realtime:t','phx_close',{}]");
            ben.broadcast("t", "e", "{}");
            assertThat(ann.all()).isEmpty();
        }
    }

    @Test
    void leavesNothingBehindOfJoinsLeavesAndCrashes() throws Exception {
        leavesNothingBehind(15, 100);
    }

    @Test
    @Tag("slow")
    void leavesNothingBehindOfTenThousandJoins() throws Exception {
        leavesNothingBehind(20, 500);
    }

    private static void leavesNothingBehind(int clients, int joins) throws Exception {
        try (RealtimeServer server = RealtimeServer.start(
                "realtime.max-joins-per-second=1000000",
                "realtime.max-client-messages-per-second=1000000",
                "realtime.presence.max-messages-per-second=1000000")) {
            round(server, 4, 100);
            RealtimeServer.eventually("all are gone", () -> server.service.sockets() == 0);
            long before = usedAfterCollection();
            round(server, clients, joins);
            RealtimeServer.eventually("all are gone", () -> server.service.sockets() == 0);
            RealtimeServer.eventually("no channel is left", () -> server.service.channels() == 0);
            RealtimeServer.eventually("nobody is present", () -> server.service.presentChannels() == 0);
            assertThat(server.query("select count(*) from realtime.messages")).containsExactly("0");
            assertThat(server.query("select count(*) from pg_stat_activity where datname = current_database()"
                            + " and state = 'idle in transaction'"))
                    .containsExactly("0");
            assertThat(usedAfterCollection() - before).as("bytes that are left").isLessThan(3 << 20);
        }
    }

    private static void round(RealtimeServer server, int clients, int joins) throws InterruptedException {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(clients);
        List<Thread> threads = new ArrayList<>();
        for (int c = 0; c < clients; c++) {
            int number = c;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    Client client = Client.connect(server, RealtimeServer.ANON);
                    for (int j = 0; j < joins; j++) {
                        String topic = "leak" + (j % 7);
                        client.joined(topic, "{'presence':{'enabled':true,'key':'k" + number + "'}}");
                        client.say("[null,'t','realtime:" + topic + "','presence',{'event':'track','payload':{'n':" + j
                                + "}}]");
                        if (j % 3 == 0) {
                            client.say("[null,'l','realtime:" + topic + "','phx_leave',{}]");
                        }
                        client.heard.clear();
                    }
                    client.crash();
                } catch (Throwable failure) {
                    failures.add(failure);
                } finally {
                    done.countDown();
                }
            }));
        }
        done.await();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static long usedAfterCollection() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
