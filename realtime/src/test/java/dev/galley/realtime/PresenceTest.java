package dev.galley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final String WITH_PRESENCE = "{'presence':{'enabled':true,'key':'%s'}}";
    private static RealtimeServer server;

    @BeforeAll
    static void start() {
        server = RealtimeServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Client member(String topic, String key) {
        return Client.connect(server, RealtimeServer.ANON).joined(topic, WITH_PRESENCE.formatted(key));
    }

    private static void track(Client client, String topic, String value) {
        client.say("['1','t','realtime:%s','presence',{'type':'presence','event':'track','payload':%s}]"
                .formatted(topic, value));
    }

    /** Without the names of appearances, which are made up. */
    private static String anonymous(String message) {
        return message.replaceAll("'phx_ref':'[^']+'", "'phx_ref':'*'")
                .replaceAll("'phx_ref_prev':'[^']+'", "'phx_ref_prev':'*'");
    }

    @Test
    void tellsWhoIsThereAndWhoComesChangesAndGoes() {
        try (Client ann = member("p1", "ann")) {
            assertThat(ann.next()).isEqualTo("['1',null,'realtime:p1','presence_state',{}]");
            track(ann, "p1", "{'at':'home'}");
            assertThat(ann.nextWith("phx_reply")).contains("'status':'ok'");
            assertThat(anonymous(ann.nextWith("presence_diff")))
                    .isEqualTo("[null,null,'realtime:p1','presence_diff',"
                            + "{'joins':{'ann':{'metas':[{'at':'home','phx_ref':'*'}]}},'leaves':{}}]");
            Client ben = member("p1", "ben");
            assertThat(anonymous(ben.next()))
                    .contains("presence_state',{'ann':{'metas':[{'at':'home','phx_ref':'*'}]}}");
            track(ben, "p1", "{}");
            assertThat(ann.nextWith("presence_diff")).contains("'joins':{'ben'");
            track(ann, "p1", "{'at':'work'}");
            assertThat(anonymous(ben.nextWith("work")))
                    .contains("{'joins':{'ann':{'metas':[{'at':'work','phx_ref':'*','phx_ref_prev':'*'}]}},"
                            + "'leaves':{'ann':{'metas':[{'at':'home','phx_ref':'*'}]}}}");
            ben.crash();
            assertThat(anonymous(ann.nextWith("'leaves':{'ben'"))).contains("{'joins':{},'leaves':{'ben':");
        }
    }

    @Test
    void keepsSeveralAppearancesUnderOneKeyApart() {
        try (Client first = member("p2", "ann");
                Client second = member("p2", "ann");
                Client watcher = member("p2", "w")) {
            track(first, "p2", "{'n':1}");
            track(second, "p2", "{'n':2}");
            String heard = watcher.nextWith("'n':1");
            if (!heard.contains("'n':2")) {
                watcher.nextWith("'n':2");
            }
            try (Client late = member("p2", "late")) {
                assertThat(late.next()).contains("'n':1").contains("'n':2");
            }
            second.say("['1','u','realtime:p2','presence',{'event':'untrack'}]");
            assertThat(anonymous(watcher.nextWith("'leaves':{'ann'")))
                    .contains("'leaves':{'ann':{'metas':[{'n':2,'phx_ref':'*'}]}}");
        }
    }

    @Test
    void doesNotLetClientsChooseTheNamesOfAppearances() {
        try (Client ann = member("p3", "ann")) {
            ann.next();
            track(ann, "p3", "{'phx_ref':'mine','phx_ref_prev':'yours'}");
            assertThat(ann.nextWith("presence_diff")).doesNotContain("mine").doesNotContain("yours");
        }
    }

    @Test
    void tellsNothingOfWhoCameAndWentUnseen() {
        try (RealtimeServer slow = RealtimeServer.start("realtime.presence.diff-interval=200ms");
                Client watcher = Client.connect(slow, RealtimeServer.ANON);
                Client ann = Client.connect(slow, RealtimeServer.ANON)) {
            watcher.joined("p4", "{'presence':{'enabled':true,'key':'w'}}");
            ann.joined("p4", "{'presence':{'key':'ann'}}");
            track(ann, "p4", "{}");
            ann.say("['1','u','realtime:p4','presence',{'event':'untrack'}]");
            track(ann, "p4", "{'n':2}");
            assertThat(anonymous(watcher.nextWith("presence_diff")))
                    .contains("{'joins':{'ann':{'metas':[{'n':2,'phx_ref':'*'}]}},'leaves':{}}");
        }
    }

    @Test
    void refusesWhatCannotBeTracked() {
        try (Client ann = member("p5", "ann")) {
            ann.next();
            track(ann, "p5", "[1]");
            assertThat(ann.next()).contains("'status':'error'").contains("must be a map");
            track(ann, "p5", "{'1':1,'2':1,'3':1,'4':1,'5':1,'6':1,'7':1,'8':1,'9':1,'10':1,'11':1}");
            assertThat(ann.next()).contains("'status':'error'").contains("10 keys");
            track(ann, "p5", "{'x':'" + "y".repeat(70_000) + "'}");
            assertThat(ann.next()).contains("'system'").contains("Track message size exceeded");
            assertThat(ann.next()).isEqualTo("['1','1','realtime:p5','phx_close',{}]");
        }
    }

    @Test
    void limitsHowOftenAClientChangesIt() {
        try (RealtimeServer strict = RealtimeServer.start("realtime.presence.max-calls=2");
                Client ann = Client.connect(strict, RealtimeServer.ANON)) {
            ann.joined("p6", "{}");
            for (int i = 0; i < 3; i++) {
                track(ann, "p6", "{'n':" + i + "}");
            }
            assertThat(ann.nextWith("'system'")).contains("Client presence rate limit exceeded");
            assertThat(ann.nextWith("phx_close")).isNotEmpty();
        }
    }

    @Test
    void doesNotMixPublicAndPrivateChannelsOfOneName() {
        server.sql("create policy all_of_p7 on realtime.messages for select to authenticated using (realtime.topic() ="
                + " 'p7');create policy all_of_p7_w on realtime.messages for insert to authenticated with check"
                + " (realtime.topic() = 'p7')");
        try (Client ann = Client.connect(server, RealtimeServer.ANN);
                Client spy = member("p7", "spy")) {
            ann.joined("p7", "{'private':true,'presence':{'enabled':true,'key':'ann'}}");
            spy.next();
            track(ann, "p7", "{'secret':1}");
            assertThat(ann.nextWith("presence_diff")).contains("secret");
            try (Client late = member("p7", "late")) {
                assertThat(late.next()).contains("'presence_state',{}");
            }
            assertThat(spy.all()).isEmpty();
        }
    }
}
