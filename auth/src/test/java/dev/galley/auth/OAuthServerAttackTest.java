package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on codes, tokens and addresses of OAuth clients. */
class OAuthServerAttackTest {
    private static final AuthServer SERVER = AuthServer.start(OAuthApp.SETTINGS);
    private static final OAuthApp APP = OAuthApp.confidential(SERVER);
    private static final OAuthApp OTHER = OAuthApp.confidential(SERVER);

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer user(String name) {
        return SERVER.signUp(name + "@example.com", "secret-1");
    }

    private static String error(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isBetween(400, 401);
        assertThat(answer.json().has("access_token")).isFalse();
        return answer.text("error");
    }

    /** Where the client was told, and nobody else. */
    private static String told(Answer answer) {
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).startsWith(OAuthApp.CALLBACK + "?error=");
        return OAuthApp.parameters(answer.header("Location")).get("error");
    }

    @Test
    void aCodeRedeemedFiftyTimesAtOnceBringsTokensOnceAndTheyEnd() throws Exception {
        String code = APP.code(user("fifty"));
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(() -> APP.redeem(code));
        }
        List<Answer> won = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                Answer answer = call.get();
                if (answer.status() == 200) {
                    won.add(answer);
                } else {
                    assertThat(error(answer)).isEqualTo("invalid_grant");
                }
            }
        }
        assertThat(won).hasSize(1);
        assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(won.getFirst())).status())
                .isEqualTo(401);
        assertThat(error(APP.refresh(won.getFirst().text("refresh_token")))).isEqualTo("invalid_grant");
        assertThat(SERVER.query(
                        "select count(*) from auth.sessions s join auth.users u on u.id = s.user_id where email = 'fifty@example.com'"
                                + " and oauth_client_id is not null"))
                .containsExactly("0");
    }

    @Test
    void aCodeThatComesAgainLaterEndsWhatItBrought() {
        String code = APP.code(user("replay"));
        Answer tokens = APP.redeem(code);
        Answer refreshed = APP.refresh(tokens.text("refresh_token"));
        SERVER.clock.forward(Duration.ofHours(1));
        assertThat(error(APP.redeem(code))).isEqualTo("invalid_grant");
        assertThat(error(APP.refresh(refreshed.text("refresh_token")))).isEqualTo("invalid_grant");
        assertThat(SERVER.query(
                        "select payload -> 'traits' ->> 'action' from auth.audit_log_entries where payload ->> 'action' ="
                                + " 'token_revoked' and payload ->> 'actor_username' = 'replay@example.com'"))
                .containsExactly("authorization_code_reused");
    }

    @Test
    void aCodeOfAnotherClientIsNoneAndStaysGood() {
        Answer user = user("swap");
        String code = APP.code(user);
        assertThat(error(OTHER.redeem(code))).isEqualTo("invalid_grant");
        assertThat(error(OTHER.redeem(code, "client_id", APP.id))).isEqualTo("invalid_client");
        Answer tokens = APP.redeem(code);
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(error(OTHER.redeem(code))).isEqualTo("invalid_grant");
        assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(tokens)).status())
                .as("another client cannot end it")
                .isEqualTo(200);
    }

    @Test
    void aWrongOrMissingVerifierRedeemsNothing() {
        String code = APP.code(user("verifier"));
        assertThat(error(APP.redeem(code, "code_verifier", "-"))).isEqualTo("invalid_request");
        assertThat(error(APP.redeem(code, "code_verifier", "x".repeat(43)))).isEqualTo("invalid_grant");
        assertThat(error(APP.redeem(code, "code_verifier", OAuthClient.CHALLENGE)))
                .as("the challenge itself")
                .isEqualTo("invalid_grant");
        assertThat(error(APP.redeem(code, "code_verifier", "short"))).isEqualTo("invalid_grant");
        assertThat(error(APP.redeem(code, "redirect_uri", OAuthApp.CALLBACK + "/")))
                .isEqualTo("invalid_grant");
        assertThat(error(APP.redeem(code, "resource", "https://other.example.com")))
                .isEqualTo("invalid_target");
        assertThat(APP.redeem(code).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "code_challenge_method, plain, invalid_request",
        "code_challenge_method, -, invalid_request",
        "code_challenge, -, invalid_request",
        "code_challenge, tooshort, invalid_request",
        "response_type, token, unsupported_response_type",
        "response_type, code id_token, unsupported_response_type",
        "response_mode, fragment, invalid_request",
        "scope, admin, invalid_scope",
        "scope, openid service_role, invalid_scope",
        "resource, /relative, invalid_target",
        "resource, https://api.example.com/#part, invalid_target",
        "prompt, none, interaction_required",
        "request, e30.e30., request_not_supported",
        "request_uri, https://evil.example.com/r, request_uri_not_supported"
    })
    void aBadRequestIsToldToTheClientOnly(String name, String value, String code) {
        assertThat(told(APP.authorize(name, value))).isEqualTo(code);
    }

    @Test
    void parametersThatComeTwiceOrAreTooLongAreRefused() {
        String twice = "/oauth/authorize?client_id=" + APP.id + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback"
                + "&code_challenge=" + OAuthClient.CHALLENGE + "&code_challenge_method=S256&scope=email&scope=phone";
        assertThat(told(SERVER.get(twice))).isEqualTo("invalid_request");
        assertThat(SERVER.get(twice + "&redirect_uri=https%3A%2F%2Fevil.example.com")
                        .status())
                .isEqualTo(400);
        assertThat(SERVER.get(twice + "&client_id=" + OTHER.id).status()).isEqualTo(400);
        assertThat(told(APP.authorize("nonce", "n".repeat(256)))).isEqualTo("invalid_request");
        assertThat(told(APP.authorize("state", "s".repeat(2049)))).isEqualTo("invalid_request");
        assertThat(told(APP.authorize("nonce", "a\0b"))).isEqualTo("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com/callback/",
                "https://app.example.com/callback/more",
                "https://app.example.com/callbackmore",
                "https://app.example.com/callback?next=1",
                "https://app.example.com/callback#x",
                "https://app.example.com:443/callback",
                "https://app.example.com:8443/callback",
                "http://app.example.com/callback",
                "https://APP.example.com/callback",
                "https://app.example.com/%63allback",
                "https://app.example.com/x/../callback",
                "https://app.example.com//callback",
                "https://user@app.example.com/callback",
                "https://app.example.com@evil.example.com/callback",
                "https://app.example.com.evil.example.com/callback",
                "https://evil.example.com/https://app.example.com/callback",
                "https://app.example.com/callback ",
                "https://app.example.com\\@evil.example.com/callback",
                "//app.example.com/callback",
                "javascript:alert(1)//app.example.com/callback"
            })
    void anAddressThatIsNotTheRegisteredOneIsNeverFollowed(String uri) {
        Answer answer = APP.authorize("redirect_uri", uri);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Location")).isEmpty();
        assertThat(answer.response().body()).doesNotContain("evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "nobody", "00000000-0000-0000-0000-000000000000", "' or 1=1 --"})
    void withoutAKnownClientNobodyIsSentAnywhere(String client) {
        for (String uri : List.of(OAuthApp.CALLBACK, "https://evil.example.com")) {
            Answer answer = APP.authorize("client_id", client, "redirect_uri", uri);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Location")).isEmpty();
        }
    }

    @Test
    void aQuestionIsForOneUser() {
        Answer alice = user("asked");
        Answer mallory = user("mallory");
        String question = APP.question();
        assertThat(APP.decide(question, "approve", mallory).text("code"))
                .as("nobody was asked yet")
                .isEqualTo("oauth_authorization_not_found");
        APP.details(question, alice);
        assertThat(APP.details(question, mallory).text("code")).isEqualTo("oauth_authorization_not_found");
        assertThat(APP.decide(question, "approve", mallory).text("code")).isEqualTo("oauth_authorization_not_found");
        assertThat(APP.decide(question, "deny", mallory).text("code")).isEqualTo("oauth_authorization_not_found");
        assertThat(APP.decide(question, "approve", alice, "Origin", "https://evil.example.com")
                        .status())
                .as("from a page of somebody else")
                .isEqualTo(400);
        assertThat(APP.decide(question, "maybe", alice).status()).isEqualTo(400);
        Answer agreed = APP.decide(question, "approve", alice);
        String code = OAuthApp.parameters(agreed.text("redirect_url")).get("code");
        String subject = OAuthApp.claims(APP.redeem(code).text("access_token"))
                .path("sub")
                .asString("");
        assertThat(subject).isEqualTo(alice.json().path("user").path("id").asString(""));
        assertThat(APP.details("nothing", alice).status()).isEqualTo(404);
        assertThat(APP.details("nothing%00", alice).status()).isEqualTo(400);
    }

    @Test
    void agreeingTwiceAtOnceMakesOneCode() throws Exception {
        Answer user = user("double");
        String question = APP.question();
        APP.details(question, user);
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(() -> APP.decide(question, "approve", user));
        }
        int made = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                made += call.get().status() == 200 ? 1 : 0;
            }
        }
        assertThat(made).isEqualTo(1);
    }

    @Test
    void questionsAndCodesEnd() {
        Answer user = user("late");
        String question = APP.question();
        APP.details(question, user);
        SERVER.clock.forward(Duration.ofMinutes(10));
        assertThat(APP.decide(question, "approve", user).text("code")).isEqualTo("oauth_authorization_not_found");
        String code = APP.code(user);
        SERVER.clock.forward(Duration.ofMinutes(1));
        assertThat(error(APP.redeem(code))).isEqualTo("invalid_grant");
    }

    @Test
    void theDatabaseHoldsNoCodeAndNoSecret() {
        String code = APP.code(user("reader"));
        String dump = String.join(
                "\n",
                SERVER.query("select to_jsonb(a)::text from auth.oauth_authorizations a union all"
                        + " select to_jsonb(c)::text from auth.oauth_clients c"));
        assertThat(dump).contains(APP.id).doesNotContain(code).doesNotContain(APP.secret);
        String stored = SERVER.query(
                        "select authorization_code from auth.oauth_authorizations where redeemed_at is null and"
                                + " authorization_code is not null order by approved_at desc limit 1")
                .getFirst();
        assertThat(error(APP.redeem(stored))).isEqualTo("invalid_grant");
    }

    @Test
    void aRefreshTokenIsForItsClientOnly() {
        Answer user = user("refresh");
        Answer tokens = APP.tokens(user);
        String token = tokens.text("refresh_token");
        assertThat(error(OTHER.refresh(token))).isEqualTo("invalid_grant");
        assertThat(error(OTHER.refresh(token, "client_id", APP.id))).isEqualTo("invalid_client");
        assertThat(error(APP.refresh(token, "client_secret", "-"))).isEqualTo("invalid_client");
        assertThat(SERVER.refresh(token).text("code"))
                .as("not by the sign-in of users")
                .isEqualTo("validation_failed");
        assertThat(error(APP.refresh(user.text("refresh_token"))))
                .as("nor a user's own by a client")
                .isEqualTo("invalid_grant");
        assertThat(SERVER.refresh(user.text("refresh_token")).status()).isEqualTo(200);
        assertThat(APP.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void scopesCannotGrowAtARefresh() {
        Answer tokens = APP.tokens(user("grow"), "scope", "email");
        String token = tokens.text("refresh_token");
        assertThat(error(APP.refresh(token, "scope", "email phone"))).isEqualTo("invalid_scope");
        assertThat(error(APP.refresh(token, "scope", "openid"))).isEqualTo("invalid_scope");
        Answer again = APP.refresh(token);
        assertThat(again.text("scope")).isEqualTo("email");
        assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(again)).json().has("user_metadata"))
                .isFalse();
    }

    @Test
    void theAnswerSaysWhoAnswers() {
        Map<String, String> refused =
                OAuthApp.parameters(APP.authorize("scope", "nothing").header("Location"));
        assertThat(refused).containsEntry("iss", SERVER.url());
        Answer forged = SERVER.get("/.well-known/openid-configuration", "X-Forwarded-Host", "evil.example.com");
        assertThat(forged.response().body()).doesNotContain("evil");
    }
}
