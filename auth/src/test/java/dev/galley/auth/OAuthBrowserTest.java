package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A sign-in by a provider ends in the browser in which it began: nobody can have another one end theirs (login CSRF). */
class OAuthBrowserTest {
    private static final FakeProvider PROVIDER = new FakeProvider(new TestClock());
    private static final AuthServer SERVER = AuthServer.start(OAuthClient.settings(PROVIDER));
    private static final OAuthClient CLIENT = new OAuthClient(SERVER, PROVIDER);
    private static final String PKCE = "&code_challenge_method=s256&code_challenge=" + OAuthClient.CHALLENGE;

    @AfterAll
    static void stop() {
        SERVER.close();
        PROVIDER.close();
    }

    private static String cookie(Answer answer) {
        return answer.header("Set-Cookie").replaceFirst(";.*", "");
    }

    @Test
    void anAttackersStateAndCodeSignNobodyElseIn() {
        CLIENT.user("attacker", "attacker@example.com", true);
        String victim = cookie(SERVER.get("/authorize?provider=fake"));
        for (String flow : new String[] {"", PKCE}) {
            for (String browser : new String[] {"", victim, "galley-browser=", "galley-browser=x", "other=1"}) {
                String state = CLIENT.authorize(flow).get("state");
                Answer end = SERVER.get("/callback?state=" + state + "&code=attackers", "Cookie", browser);
                String location = end.header("Location");
                assertThat(location)
                        .as(flow + " " + browser)
                        .startsWith("https://app.example.com")
                        .contains("error_code=bad_oauth_state")
                        .doesNotContain("access_token")
                        .doesNotContain("&code=");
                assertThat(OAuthClient.fragment(CLIENT.callback(state)))
                        .as("used up by the attempt")
                        .containsEntry("error_code", "bad_oauth_state");
            }
        }
        assertThat(SERVER.query("select 1 from auth.users where email = 'attacker@example.com'"))
                .isEmpty();
    }

    @Test
    void theOwnBrowserEndsSeveralAtOnce() {
        CLIENT.user("tabs", "tabs@example.com", true);
        Answer first = SERVER.get("/authorize?provider=fake");
        Answer second = SERVER.get("/authorize?provider=fake" + PKCE, "Cookie", "a=b; " + cookie(first) + "; c=d");
        assertThat(cookie(second)).isEqualTo(cookie(first));
        for (Answer begun : new Answer[] {second, first}) {
            Map<String, String> sent = CLIENT.visit(begun.header("Location"));
            URI end = URI.create(SERVER.get("/callback?code=c&state=" + sent.get("state"), "Cookie", cookie(first))
                    .header("Location"));
            assertThat(end.toString()).containsAnyOf("access_token=", "?code=");
        }
    }

    @Test
    void theCookieIsTheServicesOwn() {
        String plain = SERVER.get("/authorize?provider=fake").header("Set-Cookie");
        assertThat(plain).matches("galley-browser=[\\w-]{43}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
        assertThat(SERVER.query("select browser_digest from auth.flow_state where browser_digest is not null"))
                .isNotEmpty()
                .noneMatch(plain::contains);
        try (AuthServer server =
                AuthServer.start(OAuthClient.settings(PROVIDER, "auth.external-url=https://api.example.com/auth/v1"))) {
            assertThat(server.get("/authorize?provider=fake&galley_moved=1").header("Set-Cookie"))
                    .startsWith("__Host-galley-browser=")
                    .endsWith("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure");
        }
    }

    @Test
    void aBrowserOnAnotherNameOfTheHostIsSentToTheRightOneOnce() {
        String here = SERVER.url().replace("127.0.0.1", "localhost");
        Answer moved = SERVER.get(here + "/authorize?provider=fake&scopes=a%20b");
        assertThat(moved.status()).isEqualTo(302);
        String location = moved.header("Location");
        assertThat(location).startsWith(SERVER.url() + "/authorize?").contains("scopes=a+b", "galley_moved=1");
        assertThat(moved.header("Set-Cookie")).isEmpty();
        CLIENT.user("moved", "moved@example.com", true);
        Map<String, String> sent = CLIENT.begun(SERVER.get(location));
        assertThat(sent).doesNotContainKey("galley_moved");
        assertThat(OAuthClient.fragment(CLIENT.callback(sent.get("state")))).containsKey("access_token");
        assertThat(SERVER.get(here + "/authorize?provider=fake&galley_moved=1").header("Location"))
                .as("behind a proxy that changes the host")
                .startsWith(PROVIDER.url());
    }

    @Test
    void theSettingTurnsItOff() {
        try (AuthServer server = AuthServer.start(OAuthClient.settings(PROVIDER, "auth.oauth.bind-to-browser=false"))) {
            OAuthClient client = new OAuthClient(server, PROVIDER);
            client.user("free", "free@example.com", true);
            Answer begun = server.get("/authorize?provider=fake");
            assertThat(begun.header("Set-Cookie")).isEmpty();
            String state = client.visit(begun.header("Location")).get("state");
            Answer end = server.post(
                    "/callback", "state=" + state + "&code=c", "Content-Type", "application/x-www-form-urlencoded");
            assertThat(end.header("Location")).contains("access_token=");
        }
    }
}
