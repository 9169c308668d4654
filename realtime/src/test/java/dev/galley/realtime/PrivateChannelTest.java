package dev.galley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.identity.Refusal;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PrivateChannelTest {
    private static final String PRIVATE = "{'private':true,'broadcast':{'ack':true}}";
    private static RealtimeServer server;

    @BeforeAll
    static void start() {
        server = RealtimeServer.start("realtime.recheck-interval=100ms");
        server.sql("""
            create table members (room text, who text, writes boolean default true);
            insert into members values ('den', 'ann', true), ('den', 'ben', true), ('den', 'eve', false), ('attic', 'ben', true);
            grant select on members to authenticated;
            create policy reads on realtime.messages for select to authenticated using (
              exists (select from members where room = realtime.topic()
                and who = current_setting('request.jwt.claims')::json ->> 'sub'));
            create policy writes on realtime.messages for insert to authenticated with check (
              extension = 'broadcast' and exists (select from members where room = realtime.topic() and writes
                and who = current_setting('request.jwt.claims')::json ->> 'sub'));
            create policy broken on realtime.messages for select to authenticated using (
              case when realtime.topic() = 'broken' then realtime.topic()::int = 1 else false end);
            """);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void letsInWhomThePoliciesLetIn() {
        try (Client ann = Client.connect(server, RealtimeServer.ANN);
                Client ben = Client.connect(server, RealtimeServer.ANON);
                Client anon = Client.connect(server, RealtimeServer.ANON)) {
            ann.joined("den", PRIVATE);
            ben.joined("den", PRIVATE, RealtimeServer.BEN);
            assertThat(anon.join("den", PRIVATE))
                    .isEqualTo("['1','1','realtime:den','phx_reply',{'status':'error','response':{'reason':"
                            + "'Unauthorized: You do not have permissions to read from this Channel topic: den'}}]");
            assertThat(ann.join("attic", PRIVATE)).contains("Unauthorized");
            assertThat(ann.join("broken", PRIVATE)).contains("Unauthorized");
            ann.broadcast("den", "hi", "{}");
            assertThat(ann.next()).contains("'status':'ok'");
            assertThat(ben.next()).isEqualTo("binary realtime:den hi  1 {}");
            assertThat(server.query("select count(*) from realtime.messages")).containsExactly("0");
        }
    }

    @Test
    void dropsWhatMayNotBeWritten() throws Exception {
        try (Client ann = Client.connect(server, RealtimeServer.ANN);
                Client eve = Client.connect(server, "authenticated.eve.9999999999")) {
            ann.joined("den", PRIVATE);
            eve.joined("den", PRIVATE);
            eve.broadcast("den", "forbidden", "{}");
            eve.say("['1','7','realtime:den','presence',{'event':'track','payload':{}}]");
            assertThat(eve.next())
                    .as("a broadcast is not even confirmed")
                    .contains("'7'")
                    .contains("'error'");
            assertThat(server.post(
                                    "/api/broadcast/den/events/e?private=true",
                                    "authenticated.eve.9999999999",
                                    "application/json",
                                    "{}")
                            .statusCode())
                    .isEqualTo(403);
            String batch = "{\"messages\":[{\"topic\":\"den\",\"event\":\"e\",\"payload\":{},\"private\":true}]}";
            assertThat(server.post("/api/broadcast", "authenticated.eve.9999999999", "application/json", batch)
                            .statusCode())
                    .isEqualTo(202);
            assertThat(ann.all()).isEmpty();
            assertThat(server.post("/api/broadcast", RealtimeServer.BEN, "application/json", batch)
                            .statusCode())
                    .isEqualTo(202);
            assertThat(ann.next()).contains("realtime:den e");
        }
    }

    @Test
    void isNoneOfThePublicChannelOfTheSameName() {
        try (Client ann = Client.connect(server, RealtimeServer.ANN);
                Client spy = Client.connect(server, RealtimeServer.ANON)) {
            ann.joined("den", PRIVATE);
            spy.joined("den", "{}");
            ann.broadcast("den", "secret", "{}");
            assertThat(ann.next()).contains("'ok'");
            spy.broadcast("den", "forged", "{}");
            assertThat(spy.all()).isEmpty();
            assertThat(ann.all()).isEmpty();
        }
    }

    @Test
    void endsWhenTheMembershipEnds() {
        server.sql("insert into members values ('shed', 'ann')");
        try (Client ann = Client.connect(server, RealtimeServer.ANN)) {
            ann.joined("shed", PRIVATE);
            server.sql("delete from members where room = 'shed'");
            assertThat(ann.nextWith("'system'"))
                    .contains("You no longer have permission to read from this Channel topic: shed");
            assertThat(ann.next()).isEqualTo("['1','1','realtime:shed','phx_close',{}]");
        }
    }

    @Test
    void endsWhenThePolicyIsAnother() {
        server.sql("create policy cellar on realtime.messages for select to authenticated using (realtime.topic() ="
                + " 'cellar')");
        try (Client ann = Client.connect(server, RealtimeServer.ANN)) {
            ann.joined("cellar", PRIVATE);
            server.sql("drop policy cellar on realtime.messages");
            assertThat(ann.nextWith("'system'")).contains("You no longer have permission");
            assertThat(ann.next()).contains("phx_close");
        }
    }

    @Test
    void endsWithItsToken() {
        try (Client ann = Client.connect(server, RealtimeServer.ANON)) {
            String brief =
                    RealtimeServer.until("authenticated", "ann", Instant.now().plusSeconds(2));
            ann.joined("den", PRIVATE, brief);
            assertThat(ann.nextWith("'system'")).contains("Token has expired");
            assertThat(ann.next()).contains("phx_close");
            assertThat(ann.join("den", PRIVATE, brief)).contains("InvalidJWTToken: Token has expired");
        }
    }

    @Test
    void endsWhenItsTokenIsNotGoodAnyMore() {
        try (Client ann = Client.connect(server, RealtimeServer.ANON)) {
            String token = "authenticated.ann.9999999998";
            ann.joined("den", PRIVATE, token);
            server.refusals.put(token, new Refusal.NoSuitableKey());
            assertThat(ann.nextWith("'system'")).contains("Failed to validate JWT signature");
            assertThat(ann.next()).contains("phx_close");
        }
    }

    @Test
    void isJudgedByTheNewTokenOnceOneIsSent() {
        try (Client ann = Client.connect(server, RealtimeServer.ANON);
                Client ben = Client.connect(server, RealtimeServer.BEN)) {
            ben.joined("den", PRIVATE);
            ann.joined("den", PRIVATE, RealtimeServer.ANN);
            String ref = "['1',null,'realtime:den','access_token',{'access_token':'%s'}]";
            ann.say(ref.formatted("sb_publishable_x")).say(ref.formatted(RealtimeServer.ANN));
            ann.broadcast("den", "still", "{}");
            assertThat(ben.next()).contains("still");
            // Somebody who may read and not write: what comes behind the token has its rights.
            ann.say(ref.formatted("authenticated.eve.9999999999"));
            assertThat(ann.nextWith("phx_reply")).contains("'ok'");
            assertThat(ann.all()).isEmpty();
            ann.say(ref.formatted("authenticated.stranger.9999999999"));
            assertThat(ann.nextWith("'system'")).contains("You no longer have permission");
            assertThat(ann.next()).contains("phx_close");
        }
    }

    @Test
    void doesNotTakeATokenThatIsNotGood() {
        try (Client ann = Client.connect(server, RealtimeServer.ANN)) {
            ann.joined("den", PRIVATE);
            ann.say("['1',null,'realtime:den','access_token',{'access_token':'nonsense'}]");
            assertThat(ann.nextWith("'system'")).contains("The token provided is not a valid JWT");
            assertThat(ann.next()).contains("phx_close");
            assertThat(ann.join("den", PRIVATE, "nonsense")).contains("MalformedJWT");
            assertThat(ann.join("den", PRIVATE, "authenticated.ann."))
                    .contains("InvalidJWTToken: Fields `role` and `exp` are required in JWT");
        }
    }

    @Test
    void canBeTheOnlyKindOfChannel() {
        try (RealtimeServer strict = RealtimeServer.start("realtime.public-channels=false");
                Client ann = Client.connect(strict, RealtimeServer.ANN)) {
            assertThat(ann.join("x", "{}")).contains("PrivateOnly: This project only allows private channels");
        }
    }
}
