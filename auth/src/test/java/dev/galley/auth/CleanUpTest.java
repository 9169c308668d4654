package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.cleanup.CleanUp;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.limit.RateLimits;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What has expired goes, in batches; what has not stays. */
class CleanUpTest {
    private static final int MANY = 200;
    private static final String OPEN = "auth.email.enable-confirmations=false";

    @Test
    void whatHasExpiredGoesAndTheRestStays() throws Exception {
        Settings settings = new Settings(new FlagLayer()
                .set("auth.clean-up.batch=2")
                .set("auth.sessions.inactivity-timeout=1h")
                .set("auth.email.smtp.host=127.0.0.1"));
        try (AuthServer server = AuthServer.start(OPEN, "auth.rate-limit.sign-ups=100");
                PlatformDatabase database = PlatformDatabase.open(
                        server.address, PostgresSettings.from(settings).pool())) {
            for (int i = 0; i < 5; i++) {
                server.signUp("old-" + i + "@example.com", "secret-1");
                server.post(
                        "/otp",
                        "{\"email\":\"old-" + i
                                + "@example.com\",\"code_challenge_method\":\"s256\",\"code_challenge\":\""
                                + OAuthClient.CHALLENGE + "\"}");
            }
            SecondFactor factor = SecondFactor.enrolled(server, "factor@example.com");
            factor.challenge(factor.session);
            server.clock.forward(Duration.ofDays(8));
            server.signUp("new@example.com", "secret-1");
            server.post("/recover", "{\"email\":\"new@example.com\"}");
            CleanUp job = new CleanUp(
                    database, AuthSettings.from(settings), new RateLimits(database, server.clock), server.clock);
            int expired = 6 + 5 + 5 + 5 + 1;
            int removed = job.run();
            // A message that is being sent at this moment is passed over, and goes with a later run.
            for (int run = 1; run < MANY && removed < expired; run++) {
                removed += job.run();
            }
            assertThat(removed).isEqualTo(expired);
            assertThat(job.run()).isZero();
            assertThat(server.query("select 1 from auth.sessions")).hasSize(1);
            assertThat(server.query("select 1 from auth.one_time_tokens")).hasSize(1);
            assertThat(server.query("select 1 from galley.outbox")).hasSize(1);
            assertThat(server.query("select 1 from auth.flow_state")).isEmpty();
            assertThat(server.query("select 1 from auth.mfa_challenges")).isEmpty();
            assertThat(server.query("select 1 from galley.rate_limits")).hasSize(1);
            assertThat(server.query("select 1 from auth.users")).hasSize(7);
        }
    }

    @Test
    void aRefusalTellsTheLimit() {
        try (AuthServer server = AuthServer.start("auth.rate-limit.sign-ups=2", "auth.rate-limit.sign-ups-period=5m")) {
            server.signUp("a@example.com", "secret-1");
            server.signUp("b@example.com", "secret-1");
            Answer refused = server.signUp("c@example.com", "secret-1");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"signup\";q=2;w=300");
            assertThat(refused.header("RateLimit")).isEqualTo("\"signup\";r=0;t=150");
            assertThat(refused.header("Retry-After")).isEqualTo("150");
        }
    }

    @Test
    void aRequestThatTakesTooLongIsGivenUp() throws Exception {
        try (AuthServer server = AuthServer.start(OPEN, "auth.request-timeout=1500ms");
                PlatformDatabase database = PlatformDatabase.open(
                        server.address, PostgresSettings.from(new Settings()).pool())) {
            server.signUp("slow@example.com", "secret-1");
            int status = database.transaction(connection -> {
                connection.createStatement().execute("lock table auth.users in access exclusive mode");
                Answer late = server.signIn("slow@example.com", "secret-1");
                assertThat(late.text("code")).isEqualTo("request_timeout");
                return late.status();
            });
            assertThat(status).isEqualTo(504);
            assertThat(server.query("select count(*) from auth.sessions")).containsExactly("1");
        }
    }

    @Test
    void theLastIdentityStays() throws Exception {
        try (FakeProvider provider = new FakeProvider(new TestClock());
                AuthServer server = AuthServer.start(OAuthClient.settings(provider, OPEN))) {
            OAuthClient client = new OAuthClient(server, provider);
            Answer session = server.signUp("two@example.com", "secret-1");
            assertThat(client.signIn("two", "two@example.com", true)).containsKey("access_token");
            String user = server.query("select id from auth.users").getFirst();
            String fake = id(server, user, "fake");
            String email = id(server, user, "email");
            Answer stranger = server.signUp("stranger@example.com", "secret-1");
            assertThat(delete(server, fake, stranger).text("code")).isEqualTo("single_identity_not_deletable");
            assertThat(delete(server, java.util.UUID.randomUUID().toString(), session)
                            .text("code"))
                    .isEqualTo("identity_not_found");
            assertThat(delete(server, fake, session).status()).isEqualTo(200);
            assertThat(delete(server, email, session).text("code")).isEqualTo("single_identity_not_deletable");
            assertThat(server.query(
                            "select raw_app_meta_data ->> 'providers' from auth.users where id = '" + user + "'"))
                    .containsExactly("[\"email\"]");
        }
    }

    private static String id(AuthServer server, String user, String provider) {
        return server.query("select id from auth.identities where user_id = '" + user + "' and provider = '" + provider
                        + "'")
                .getFirst();
    }

    private static Answer delete(AuthServer server, String identity, Answer session) {
        return server.send("DELETE", "/user/identities/" + identity, "", AuthServer.as(session));
    }
}
