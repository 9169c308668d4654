package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Signing in by another provider: the ways there and back, and that each works once. */
class OAuthSignInTest {
    private static final TestClock CLOCK = new TestClock();
    private static final FakeProvider PROVIDER = new FakeProvider(CLOCK);
    private static final AuthServer SERVER = AuthServer.start(OAuthClient.settings(PROVIDER));
    private static final OAuthClient CLIENT = new OAuthClient(SERVER, PROVIDER);

    @AfterAll
    static void stop() {
        SERVER.close();
        PROVIDER.close();
    }

    @Test
    void theProviderIsAskedWithStateNonceAndChallenge() {
        Map<String, String> sent = CLIENT.authorize(
                "&scopes=calendar%20files&prompt=login&state=mine&client_id=evil&Redirect_URI=https://evil.example"
                        + "&response_type=token&request=eyJ&nonce=pinned&code_verifier=x&apikey=k");
        assertThat(sent)
                .containsEntry("client_id", FakeProvider.CLIENT)
                .containsEntry("redirect_uri", SERVER.url() + "/callback")
                .containsEntry("response_type", "code")
                .containsEntry("scope", "openid profile email calendar files")
                .containsEntry("prompt", "login")
                .containsEntry("code_challenge_method", "S256")
                .doesNotContainKeys("request", "code_verifier", "apikey", "provider", "redirect_to", "Redirect_URI");
        assertThat(sent.get("state")).isNotEqualTo("mine").hasSize(36);
        assertThat(sent.get("nonce")).hasSize(43).isNotEqualTo("pinned");
    }

    @Test
    void tokensComeInTheFragment() {
        CLIENT.user("frag", "frag@example.com", true);
        URI end = CLIENT.callback(CLIENT.authorize("&redirect_to=" + OAuthClient.encode("https://app.example.com/in"))
                .get("state"));
        assertThat(end.toString()).startsWith("https://app.example.com/in#");
        Map<String, String> fragment = OAuthClient.fragment(end);
        assertThat(fragment)
                .containsEntry("provider_token", "provider-access")
                .containsEntry("provider_refresh_token", "provider-refresh")
                .containsEntry("token_type", "bearer")
                .containsKeys("access_token", "refresh_token", "expires_in", "expires_at", "sb");
        Answer user = SERVER.get("/user", "Authorization", "Bearer " + fragment.get("access_token"));
        assertThat(user.status()).isEqualTo(200);
        assertThat(user.text("email")).isEqualTo("frag@example.com");
        assertThat(user.json().path("app_metadata").toString())
                .isEqualTo("{\"provider\":\"fake\",\"providers\":[\"fake\"]}");
        assertThat(user.json().at("/user_metadata/full_name").asString()).isEqualTo("Ann frag");
        assertThat(user.json().at("/identities/0/id").asString()).isEqualTo("frag");
        assertThat(user.json().at("/identities/0/identity_data/email_verified").asBoolean())
                .isTrue();
        assertThat(CLIENT.claims(fragment.get("access_token"))
                        .at("/amr/0/method")
                        .asString())
                .isEqualTo("oauth");
        assertThat(PROVIDER.lastForm.get())
                .containsEntry("client_secret", FakeProvider.SECRET)
                .containsEntry("grant_type", "authorization_code")
                .containsKey("code_verifier");
    }

    @Test
    void aClientWithAChallengeGetsACodeThatWorksOnce() throws Exception {
        CLIENT.user("pkce", "pkce@example.com", true);
        URI end =
                CLIENT.callback(CLIENT.authorize("&code_challenge_method=s256&code_challenge=" + OAuthClient.CHALLENGE)
                        .get("state"));
        assertThat(end.getRawFragment()).isNull();
        String code = OAuthClient.query(end.toString()).get("code");
        assertThat(redeem(code, "a".repeat(43)).text("code")).isEqualTo("bad_code_verifier");
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(() -> redeem(code, OAuthClient.VERIFIER));
        }
        List<Answer> granted = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                if (call.get().status() == 200) {
                    granted.add(call.get());
                }
            }
        }
        assertThat(granted).hasSize(1);
        assertThat(granted.getFirst().text("provider_token")).isEqualTo("provider-access");
        assertThat(granted.getFirst().text("provider_refresh_token")).isEqualTo("provider-refresh");
    }

    private static Answer redeem(String code, String verifier) {
        return SERVER.post(
                "/token?grant_type=pkce", "{\"auth_code\":\"" + code + "\",\"code_verifier\":\"" + verifier + "\"}");
    }

    @Test
    void fiftyCallbacksOfOneStateAreOneSignIn() throws Exception {
        CLIENT.user("many", "many@example.com", true);
        String state = CLIENT.authorize("").get("state");
        int before = PROVIDER.redeemed.get();
        List<Callable<URI>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(() -> CLIENT.callback(state));
        }
        List<String> errors = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                Map<String, String> fragment = OAuthClient.fragment(call.get());
                if (!fragment.containsKey("access_token")) {
                    errors.add(fragment.get("error_code"));
                }
            }
        }
        assertThat(errors).hasSize(49).containsOnly("bad_oauth_state");
        assertThat(PROVIDER.redeemed.get() - before).isEqualTo(1);
    }

    @Test
    void aStateEndsWithItsTime() {
        CLIENT.user("late", "late@example.com", true);
        String state = CLIENT.authorize("").get("state");
        SERVER.execute("update auth.flow_state set created_at = created_at - interval '11 minutes' where id = '" + state
                + "'");
        assertThat(OAuthClient.fragment(CLIENT.callback(state))).containsEntry("error_code", "bad_oauth_state");
        for (String wrong : List.of("", "nonsense", "00000000-0000-0000-0000-000000000000")) {
            URI end = CLIENT.callback(wrong);
            assertThat(end.toString()).startsWith("https://app.example.com?");
            assertThat(OAuthClient.fragment(end)).containsEntry("error", "invalid_request");
            assertThat(OAuthClient.query(end.toString())).containsEntry("error", "invalid_request");
        }
    }

    @Test
    void twoFirstSignInsAtOnceAreOneUser() throws Exception {
        CLIENT.user("twins", "twins@example.com", true);
        Map<String, String> first = CLIENT.authorize("");
        List<Callable<Answer>> calls = new ArrayList<>();
        String token = PROVIDER.idToken("");
        for (int i = 0; i < 8; i++) {
            calls.add(() -> CLIENT.idToken(token, ""));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                assertThat(call.get().status()).as(call.get().response().body()).isEqualTo(200);
            }
        }
        assertThat(first).containsKey("state");
        assertThat(SERVER.query("select count(*) from auth.users where email = 'twins@example.com'"))
                .containsExactly("1");
    }

    @Test
    void theFormOfAPostIsTakenToo() {
        CLIENT.user("form", "form@example.com", true);
        String state = CLIENT.authorize("").get("state");
        Answer answer = SERVER.post(
                "/callback", "state=" + state + "&code=abc", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location"))
                .startsWith(SERVER.url() + "/callback?")
                .doesNotContain("access_token");
        assertThat(OAuthClient.fragment(CLIENT.callback(state))).containsKey("access_token");
    }

    @Test
    void theProvidersErrorReachesTheApplication() {
        String state = CLIENT.authorize("").get("state");
        URI end = CLIENT.callback(state, "&error=access_denied&error_description=No%20thanks");
        assertThat(OAuthClient.query(end.toString()))
                .containsEntry("error", "access_denied")
                .containsEntry("error_description", "No thanks");
        assertThat(OAuthClient.fragment(end))
                .containsEntry("error", "access_denied")
                .containsKey("sb");
        assertThat(OAuthClient.fragment(CLIENT.callback(state))).containsEntry("error_code", "bad_oauth_state");
    }

    @Test
    void nobodyIsSentElsewhere() {
        CLIENT.user("redirect", "redirect@example.com", true);
        for (String foreign : List.of(
                "https://evil.example",
                "https://app.example.com@evil.example/",
                "https://app.example.com.evil.example",
                "//evil.example",
                "javascript:alert(1)",
                "https://app.example.com\\@evil.example")) {
            URI end = CLIENT.callback(CLIENT.authorize("&redirect_to=" + OAuthClient.encode(foreign))
                    .get("state"));
            assertThat(end.getHost()).as(foreign).isEqualTo("app.example.com");
        }
        Map<String, String> sent =
                CLIENT.authorize("", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https");
        assertThat(sent.get("redirect_uri")).isEqualTo(SERVER.url() + "/callback");
    }

    @Test
    void providersThatAreNotConfiguredAreRefused() {
        for (String name : List.of("github", "nobody", "", "custom:nobody", "email", "FAKE")) {
            Answer answer = SERVER.get("/authorize?provider=" + name);
            assertThat(answer.status()).as(name).isEqualTo(400);
            assertThat(answer.text("code")).isEqualTo("validation_failed");
        }
        assertThat(SERVER.get("/authorize?provider=fake&code_challenge=" + OAuthClient.CHALLENGE)
                        .status())
                .isEqualTo(400);
        Answer settings = SERVER.get("/settings");
        assertThat(settings.json().at("/external/github").asBoolean()).isFalse();
    }

    @Test
    void theUserLinksAnIdentityOfTheirOwn() {
        Map<String, String> session = CLIENT.signIn("linker", "linker@example.com", true);
        String[] user = {"Authorization", "Bearer " + session.get("access_token")};
        Answer begun = SERVER.get("/user/identities/authorize?provider=fake&skip_http_redirect=true", user);
        assertThat(begun.status()).as(begun.response().body()).isEqualTo(200);
        CLIENT.user("second-identity", "other@elsewhere.example", false);
        URI end = CLIENT.callback(CLIENT.visit(begun.text("url")).get("state"));
        assertThat(OAuthClient.fragment(end)).containsKey("access_token");
        Answer after = SERVER.get("/user", user);
        assertThat(after.json().path("identities").size()).isEqualTo(2);
        assertThat(after.text("email")).isEqualTo("linker@example.com");
        URI again = CLIENT.callback(
                CLIENT.visit(SERVER.get("/user/identities/authorize?provider=fake&skip_http_redirect=true", user)
                                .text("url"))
                        .get("state"));
        assertThat(OAuthClient.fragment(again)).containsEntry("error_code", "identity_already_exists");
        assertThat(SERVER.get("/user/identities/authorize?provider=fake").status())
                .isIn(401, 403);
    }

    @Test
    void stateOfAnotherKindIsNone() {
        SERVER.clock.forward(Duration.ZERO);
        SERVER.post(
                "/otp",
                "{\"email\":\"flow@example.com\",\"code_challenge\":\"" + OAuthClient.CHALLENGE
                        + "\",\"code_challenge_method\":\"s256\"}");
        for (String id : SERVER.query("select id from auth.flow_state where authentication_method <> 'oauth'")) {
            assertThat(OAuthClient.fragment(CLIENT.callback(id))).containsEntry("error_code", "bad_oauth_state");
        }
        assertThat(SERVER.query("select 1 from auth.flow_state where authentication_method <> 'oauth'"))
                .isNotEmpty();
    }
}
