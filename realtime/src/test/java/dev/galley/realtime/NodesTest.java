package dev.galley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodesTest {
    private static final String PRESENT = "{'presence':{'enabled':true,'key':'%s'}}";
    private RealtimeServer first;
    private RealtimeServer second;

    @BeforeEach
    void start() {
        first = RealtimeServer.start("realtime.max-client-messages-per-second=10000");
        second = first.secondNode();
        RealtimeServer.eventually(
                "linked", () -> first.service.linkedNodes() == 1 && second.service.linkedNodes() == 1);
    }

    @AfterEach
    void stop() {
        second.close();
        first.close();
    }

    private static void track(Client client, String topic, String value) {
        client.say("['1','t','realtime:%s','presence',{'type':'presence','event':'track','payload':%s}]"
                .formatted(topic, value));
    }

    @Test
    void messagesReachSubscribersOnEveryNodeInOrder() throws Exception {
        try (Client ann = Client.connect(first, RealtimeServer.ANON);
                Client ben = Client.connect(second, RealtimeServer.ANON)) {
            ann.joined("all", "{'broadcast':{'self':true}}");
            ben.joined("all", "{}");
            for (int i = 0; i < 500; i++) {
                ann.broadcast("all", "n", Integer.toString(i));
            }
            for (int i = 0; i < 500; i++) {
                assertThat(ben.next()).isEqualTo("binary realtime:all n  1 " + i);
            }
            ben.say("['1','2','realtime:all','broadcast',{'event':'text','payload':{}}]");
            assertThat(ann.nextWith("'text'")).contains("[null,null,'realtime:all','broadcast'");
            first.post("/api/broadcast/all/events/raw", RealtimeServer.ANON, "application/octet-stream", "xy");
            assertThat(ben.next()).isEqualTo("binary realtime:all raw  0 xy");
        }
    }

    @Test
    void doesNotMixPublicAndPrivateChannelsOnTheWay() throws Exception {
        second.sql("create policy w on realtime.messages for insert to authenticated with check (true)");
        try (Client spy = Client.connect(first, RealtimeServer.ANON)) {
            spy.joined("x", "{}");
            assertThat(second.post("/api/broadcast/x/events/secret?private=true", RealtimeServer.ANN, "", "{}")
                            .statusCode())
                    .isEqualTo(202);
            second.post("/api/broadcast/x/events/open", RealtimeServer.ANN, "", "{}");
            assertThat(spy.next()).contains("open");
        }
    }

    @Test
    void presenceIsThatOfAllNodes() {
        try (Client ann = Client.connect(first, RealtimeServer.ANON);
                Client ben = Client.connect(second, RealtimeServer.ANON)) {
            ann.joined("lobby", PRESENT.formatted("ann"));
            track(ann, "lobby", "{'n':1}");
            ann.nextWith("'joins':{'ann'");
            ben.joined("lobby", PRESENT.formatted("ben"));
            String state = ben.nextWith("presence_state");
            if (!state.contains("'ann'")) {
                assertThat(ben.nextWith("'joins':{'ann'")).isNotEmpty();
            }
            track(ben, "lobby", "{'n':2}");
            assertThat(ann.nextWith("'joins':{'ben'")).contains("'n':2");
            ben.say("['1','u','realtime:lobby','presence',{'event':'untrack'}]");
            assertThat(ann.nextWith("'leaves':{'ben'")).contains("'n':2");
        }
    }

    @Test
    void aNodeThatComesLaterLearnsWhoIsThere() {
        try (Client ann = Client.connect(first, RealtimeServer.ANON)) {
            ann.joined("late", PRESENT.formatted("ann"));
            track(ann, "late", "{}");
            ann.nextWith("'joins':{'ann'");
            try (RealtimeServer third = first.secondNode();
                    Client ben = Client.connect(third, RealtimeServer.ANON)) {
                ben.joined("late", PRESENT.formatted("ben"));
                if (!ben.nextWith("presence_state").contains("'ann'")) {
                    assertThat(ben.nextWith("'joins':{'ann'")).isNotEmpty();
                }
            }
        }
    }

    @Test
    void whoWasOnANodeThatStopsHasLeft() {
        try (Client ann = Client.connect(first, RealtimeServer.ANON);
                Client ben = Client.connect(second, RealtimeServer.ANON)) {
            ann.joined("down", PRESENT.formatted("ann"));
            ben.joined("down", PRESENT.formatted("ben"));
            track(ben, "down", "{}");
            ann.nextWith("'joins':{'ben'");
            second.close();
            assertThat(ann.nextWith("'leaves':{'ben'")).isNotEmpty();
            RealtimeServer.eventually("unlinked", () -> first.service.linkedNodes() == 0);
            assertThat(first.query("select count(*) from galley.realtime_nodes"))
                    .containsExactly("1");
            second = first.secondNode();
        }
    }

    @Test
    void whoWasOnANodeThatIsCutOffHasLeftAfterAWhileAndIsBackWithIt() {
        try (Client ann = Client.connect(first, RealtimeServer.ANON);
                Client ben = Client.connect(second, RealtimeServer.ANON)) {
            ann.joined("cut", PRESENT.formatted("ann"));
            ben.joined("cut", PRESENT.formatted("ben"));
            track(ben, "cut", "{}");
            ann.nextWith("'joins':{'ben'");
            second.service.cutLinks();
            assertThat(ann.nextWith("'leaves':{'ben'")).isNotEmpty();
            second.service.mendLinks();
            assertThat(ann.nextWith("'joins':{'ben'")).isNotEmpty();
        }
    }

    @Test
    void aStrangerThatFindsThePortIsNotHeard() throws Exception {
        int port = Integer.parseInt(first.query("select port from galley.realtime_nodes order by seen_at desc limit 1")
                .getFirst());
        try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port);
                Client ann = Client.connect(first, RealtimeServer.ANON);
                Client ben = Client.connect(second, RealtimeServer.ANON)) {
            ann.joined("safe", "{}");
            ben.joined("safe", "{}");
            stranger.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
            byte[] greeting = stranger.getInputStream().readNBytes(48);
            assertThat(greeting).hasSize(48);
            // The challenge played back, and a message behind it.
            stranger.getOutputStream().write(greeting);
            stranger.getOutputStream().write(new byte[32]);
            stranger.getOutputStream()
                    .write(LinkMessage.encode(new LinkMessage.Sent(new Outgoing.UserBroadcast(
                            new ChannelName("safe", false), "forged", true, "{}".getBytes()))));
            assertThat(stranger.getInputStream().read()).as("it is hung up on").isEqualTo(-1);
            assertThat(ann.all()).isEmpty();
            assertThat(ben.all()).isEmpty();
        }
    }

    @Test
    void aNodeKeepsItsClientsWhileTheDatabaseCannotBeAsked() {
        try (Client ann = Client.connect(first, RealtimeServer.ANON);
                Client ben = Client.connect(second, RealtimeServer.ANON)) {
            ann.joined("on", "{}");
            ben.joined("on", "{}");
            first.sql("alter table galley.realtime_nodes rename to hidden");
            ann.broadcast("on", "still", "{}");
            assertThat(ben.next()).contains("still");
            first.sql("alter table galley.hidden rename to realtime_nodes");
        }
    }
}
