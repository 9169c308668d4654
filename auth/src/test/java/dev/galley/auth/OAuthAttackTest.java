package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A provider that lies, another that pretends to be it, and one that does not behave. */
class OAuthAttackTest {
    private static final TestClock CLOCK = new TestClock();
    private static final FakeProvider PROVIDER = new FakeProvider(CLOCK);
    private static final AuthServer SERVER = AuthServer.start(OAuthClient.settings(PROVIDER));
    private static final OAuthClient CLIENT = new OAuthClient(SERVER, PROVIDER);

    @AfterAll
    static void stop() {
        SERVER.close();
        PROVIDER.close();
    }

    @AfterEach
    void reset() {
        PROVIDER.reset();
    }

    private static Map<String, Consumer<JWTClaimsSet.Builder>> twists() {
        Instant now = CLOCK.instant();
        Map<String, Consumer<JWTClaimsSet.Builder>> all = new LinkedHashMap<>();
        all.put("another issuer", claims -> claims.issuer("https://evil.example"));
        all.put("no issuer", claims -> claims.issuer(null));
        all.put("issuer with a slash", claims -> claims.issuer(PROVIDER.url() + "/"));
        all.put("another audience", claims -> claims.audience("another-client"));
        all.put("no audience", claims -> claims.audience((String) null));
        all.put("several audiences without azp", claims -> claims.audience(List.of(FakeProvider.CLIENT, "another")));
        all.put("given to another client", claims -> claims.claim("azp", "another-client"));
        all.put("expired", claims -> claims.expirationTime(Date.from(now.minusSeconds(120))));
        all.put("never expires", claims -> claims.expirationTime(null));
        all.put("not yet valid", claims -> claims.notBeforeTime(Date.from(now.plusSeconds(600))));
        all.put("no subject", claims -> claims.subject(null));
        all.put("subject too long", claims -> claims.subject("x".repeat(300)));
        all.put("another access token", claims -> claims.claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"));
        return all;
    }

    @Test
    void anIdTokenThatIsNotForUsSignsNobodyIn() {
        twists().forEach((name, twist) -> {
            PROVIDER.twist.set(twist);
            Map<String, String> end = CLIENT.signIn("attacker", "attacker@example.com", true);
            assertThat(end).as(name).doesNotContainKey("access_token").containsEntry("error", "server_error");
            Answer grant = CLIENT.idToken(PROVIDER.idToken(""), ",\"access_token\":\"provider-access\"");
            assertThat(grant.status()).as(name).isEqualTo(400);
        });
        assertNobody("attacker@example.com");
    }

    @Test
    void anotherSignatureIsNone() {
        for (String signature : List.of("none", "HS256", "other key")) {
            PROVIDER.signature.set(signature);
            assertThat(CLIENT.signIn("forger", "forger@example.com", true))
                    .as(signature)
                    .doesNotContainKey("access_token");
            assertThat(CLIENT.idToken(PROVIDER.idToken(""), "").text("message"))
                    .as(signature)
                    .isEqualTo("Bad ID token");
        }
        for (String nonsense : List.of("", "a", "a.b.c", "..", "x".repeat(100_000))) {
            assertThat(CLIENT.idToken(nonsense, "").status()).isEqualTo(400);
        }
        assertNobody("forger@example.com");
    }

    @Test
    void anAnswerToAnotherQuestionIsNone() {
        CLIENT.user("replay", "replay@example.com", true);
        String state = CLIENT.authorize("").get("state");
        for (String nonce : List.of("", "another-nonce")) {
            PROVIDER.nonce.set(nonce);
            assertThat(OAuthClient.fragment(CLIENT.callback(state))).doesNotContainKey("access_token");
            state = CLIENT.authorize("").get("state");
        }
        assertNobody("replay@example.com");
    }

    @Test
    void theNonceOfAMobileApplicationIsCompared() {
        CLIENT.user("mobile", "mobile@example.com", true);
        String hash = "8bb0cf6eb9b17d0f7d22b456f121257dc1254e1f01665370476383ea776df414";
        assertThat(CLIENT.idToken(PROVIDER.idToken(hash), ",\"nonce\":\"1234567\"")
                        .status())
                .isEqualTo(200);
        assertThat(CLIENT.idToken(PROVIDER.idToken(hash), ",\"nonce\":\"7654321\"")
                        .status())
                .isEqualTo(400);
        assertThat(CLIENT.idToken(PROVIDER.idToken(hash), "").text("message")).contains("either both exist");
        assertThat(CLIENT.idToken(PROVIDER.idToken(""), ",\"nonce\":\"1234567\"")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void theClientDoesNotChooseTheIssuer() {
        CLIENT.user("chooser", "chooser@example.com", true);
        PROVIDER.twist.set(claims -> claims.audience("mobile-client").claim("azp", "mobile-client"));
        String mobile = PROVIDER.idToken("");
        assertThat(CLIENT.idToken(mobile, ",\"client_id\":\"mobile-client\"").status())
                .isEqualTo(200);
        assertThat(CLIENT.idToken(mobile, ",\"client_id\":\"another\"").status())
                .isEqualTo(400);
        assertThat(CLIENT.idToken(mobile, ",\"issuer\":\"https://evil.example\"")
                        .status())
                .isEqualTo(400);
        for (String who : List.of(
                "\"provider\":\"google\"",
                "\"provider\":\"apple\"",
                "\"provider\":\"custom:fake\"",
                "\"issuer\":\"https://evil.example\",\"client_id\":\"mobile-client\"",
                "\"client_id\":\"mobile-client\"")) {
            Answer answer = SERVER.post("/token?grant_type=id_token", "{" + who + ",\"id_token\":\"" + mobile + "\"}");
            assertThat(answer.status()).as(who).isEqualTo(400);
        }
        Answer byIssuer = SERVER.post(
                "/token?grant_type=id_token",
                "{\"issuer\":\"" + PROVIDER.url() + "\",\"client_id\":\"mobile-client\",\"id_token\":\"" + mobile
                        + "\"}");
        assertThat(byIssuer.status()).as(byIssuer.response().body()).isEqualTo(200);
    }

    @Test
    void aProviderThatDoesNotBehaveHoldsNothingUp() {
        for (String trouble : List.of("huge", "slow", "redirect", "error", "html")) {
            PROVIDER.trouble.set(trouble);
            Instant begun = Instant.now();
            Map<String, String> end = CLIENT.signIn("trouble", "trouble@example.com", true);
            assertThat(end)
                    .as(trouble)
                    .containsEntry("error", "server_error")
                    .containsEntry("error_description", "Unable to exchange external code");
            assertThat(Duration.between(begun, Instant.now())).as(trouble).isLessThan(Duration.ofSeconds(15));
        }
        assertNobody("trouble@example.com");
    }

    @Test
    void aCodeOfAnotherProviderIsNotSentOn() {
        CLIENT.user("mixup", "mixup@example.com", true);
        int before = PROVIDER.redeemed.get();
        String state = CLIENT.authorize("").get("state");
        assertThat(OAuthClient.fragment(CLIENT.callback(state, "&code=x&iss=https%3A%2F%2Fevil.example")))
                .containsEntry("error_code", "bad_oauth_callback");
        assertThat(PROVIDER.redeemed.get()).isEqualTo(before);
    }

    private static void assertNobody(String email) {
        assertThat(SERVER.query("select 1 from auth.users where email = '" + email + "'"))
                .isEmpty();
        assertThat(SERVER.query("select 1 from auth.identities where identity_data ->> 'email' = '" + email + "'"))
                .isEmpty();
    }

    @Test
    void aFormThatIsNoneIsTheClientsFault() {
        for (String body : List.of("state=%zz", "%", "state=" + "%".repeat(9))) {
            Answer answer = SERVER.post("/callback", body, "Content-Type", "application/x-www-form-urlencoded");
            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.header("Location")).contains("error_code=bad_oauth_callback");
        }
    }
}
