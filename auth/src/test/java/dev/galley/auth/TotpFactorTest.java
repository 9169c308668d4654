package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Authenticator apps as second factors, and attacks on them. */
class TotpFactorTest {
    private static final AuthServer SERVER = AuthServer.start(
            "auth.email.enable-confirmations=false",
            "auth.enable-anonymous-sign-ins=true",
            "auth.mfa.max-guesses=5",
            "http.trusted-proxies=127.0.0.1/32");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void aSecondFactorRaisesTheSessionAndEndsLowerOnes() {
        SecondFactor factor = SecondFactor.enrolled(SERVER, "raise@example.com");
        Answer other = factor.signIn();
        assertThat(SecondFactor.claims(factor.session).path("aal").asString()).isEqualTo("aal1");
        Answer raised = factor.show(factor.session);
        assertThat(raised.status()).as(raised.response().body()).isEqualTo(200);
        assertThat(SecondFactor.claims(raised).path("aal").asString()).isEqualTo("aal2");
        assertThat(SecondFactor.claims(raised).path("amr").toString()).contains("\"totp\"", "\"password\"");
        assertThat(raised.json()
                        .path("user")
                        .path("factors")
                        .path(0)
                        .path("status")
                        .asString())
                .isEqualTo("verified");
        assertThat(raised.response().body()).doesNotContain("galley1.");
        assertThat(SERVER.get("/user", AuthServer.as(other)).text("code")).isEqualTo("session_not_found");
        assertThat(SERVER.refresh(raised.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void aRefreshKeepsTheLevel() {
        SecondFactor factor = SecondFactor.verified(SERVER, "keep@example.com");
        Answer refreshed = SERVER.refresh(factor.session.text("refresh_token"));
        assertThat(SecondFactor.claims(refreshed).path("aal").asString()).isEqualTo("aal2");
    }

    @Test
    void aRefreshTokenFromBeforeDoesNotGetTheRaisedSession() {
        SecondFactor factor = SecondFactor.enrolled(SERVER, "before@example.com");
        factor.show(factor.session);
        SERVER.clock.forward(Duration.ofSeconds(60));
        assertThat(SERVER.refresh(factor.session.text("refresh_token")).text("code"))
                .isEqualTo("refresh_token_already_used");
    }

    @Test
    void theSecretCannotBeReadInTheDatabase() {
        SecondFactor factor = SecondFactor.enrolled(SERVER, "sealed@example.com");
        assertThat(SERVER.query("select secret from auth.mfa_factors where id = '" + factor.id + "'")
                        .getFirst())
                .startsWith("galley1.");
    }

    @Test
    void aCodeWorksOnce() {
        SecondFactor factor = SecondFactor.verified(SERVER, "replay@example.com");
        String code = factor.code();
        Answer one = factor.signIn();
        assertThat(factor.verify(one, factor.challenge(one), code).status()).isEqualTo(200);
        Answer two = factor.signIn();
        Answer replayed = factor.verify(two, factor.challenge(two), code);
        assertThat(replayed.status()).isEqualTo(422);
        assertThat(replayed.text("code")).isEqualTo("mfa_verification_failed");
    }

    @Test
    void aChallengeIsAnsweredOnce() {
        SecondFactor factor = SecondFactor.verified(SERVER, "once@example.com");
        Answer session = factor.signIn();
        String challenge = factor.challenge(session);
        assertThat(factor.verify(session, challenge, factor.code()).status()).isEqualTo(200);
        SERVER.clock.forward(Duration.ofSeconds(60));
        assertThat(factor.verify(session, challenge, factor.code()).status()).isEqualTo(422);
    }

    @Test
    void guessingStopsOverNewChallengesAndSessions() {
        SecondFactor factor = SecondFactor.verified(SERVER, "brute@example.com");
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Answer session = factor.signIn();
            answers.add(factor.verify(session, factor.challenge(session), "x%05d".formatted(i))
                    .status());
        }
        assertThat(answers).startsWith(422, 422, 422, 422, 422).endsWith(429, 429, 429);
        Answer session = factor.signIn();
        Answer right = factor.show(session);
        assertThat(right.status()).isEqualTo(429);
        assertThat(right.header("Retry-After")).isNotEmpty();
        SERVER.clock.forward(Duration.ofHours(1));
        assertThat(factor.show(factor.signIn()).status()).isEqualTo(200);
    }

    @Test
    void anUnraisedSessionCannotChangeFactorsOrPassword() {
        SecondFactor factor = SecondFactor.verified(SERVER, "low@example.com");
        Answer low = factor.signIn();
        assertThat(SERVER.send("DELETE", "/factors/" + factor.id, "", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.send("PUT", "/user", "{\"password\":\"secret-2\"}", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.post("/factors", "{\"factor_type\":\"totp\"}", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.post("/factors/recovery-codes", "", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.query("select count(*) from auth.mfa_factors where id = '" + factor.id + "'"))
                .containsExactly("1");
    }

    @Test
    void aFactorThatGoesTakesTheLevelWithIt() {
        SecondFactor factor = SecondFactor.verified(SERVER, "gone@example.com");
        assertThat(SERVER.send("DELETE", "/factors/" + factor.id, "", AuthServer.as(factor.session))
                        .text("id"))
                .isEqualTo(factor.id);
        Answer refreshed = SERVER.refresh(factor.session.text("refresh_token"));
        assertThat(SecondFactor.claims(refreshed).path("aal").asString()).isEqualTo("aal1");
        assertThat(SecondFactor.claims(refreshed).path("amr").toString()).doesNotContain("totp");
        assertThat(
                        SERVER.query(
                                "select aal from auth.sessions s join auth.users u on u.id = s.user_id where email = 'gone@example.com'"))
                .containsExactly("aal1");
    }

    @Test
    void anotherUsersFactorIsNone() {
        SecondFactor victim = SecondFactor.verified(SERVER, "victim@example.com");
        SecondFactor thief = SecondFactor.verified(SERVER, "thief@example.com");
        String path = "/factors/" + victim.id;
        assertThat(SERVER.post(path + "/challenge", "{}", AuthServer.as(thief.session))
                        .text("code"))
                .isEqualTo("mfa_factor_not_found");
        assertThat(SERVER.send("DELETE", path, "", AuthServer.as(thief.session)).text("code"))
                .isEqualTo("mfa_factor_not_found");
        String foreign = victim.challenge(victim.session);
        assertThat(thief.verify(thief.session, foreign, thief.code()).text("code"))
                .isEqualTo("mfa_factor_not_found");
        assertThat(victim.verify(thief.session, foreign, victim.code()).text("code"))
                .isEqualTo("mfa_factor_not_found");
    }

    @Test
    void aChallengeExpires() {
        SecondFactor factor = SecondFactor.verified(SERVER, "late@example.com");
        Answer session = factor.signIn();
        String challenge = factor.challenge(session);
        SERVER.clock.forward(Duration.ofMinutes(5));
        assertThat(factor.verify(session, challenge, factor.code()).text("code"))
                .isEqualTo("mfa_challenge_expired");
    }

    @Test
    void aChallengeIsAnsweredFromWhereItWasAskedFor() {
        SecondFactor factor = SecondFactor.verified(SERVER, "moved@example.com");
        Answer session = factor.signIn();
        String challenge = SERVER.post(
                        "/factors/" + factor.id + "/challenge",
                        "{}",
                        "Authorization",
                        "Bearer " + session.text("access_token"),
                        "X-Forwarded-For",
                        "203.0.113.7")
                .text("id");
        assertThat(factor.verify(session, challenge, factor.code()).text("code"))
                .isEqualTo("mfa_ip_address_mismatch");
    }

    @Test
    void whoeverHasAFactorDoesNotGetAnotherByThePasswordAlone() {
        SecondFactor factor = SecondFactor.enrolled(SERVER, "early@example.com");
        Answer thief = factor.signIn();
        Answer planted = SERVER.post("/factors", "{\"factor_type\":\"totp\"}", AuthServer.as(thief));
        assertThat(planted.status()).isEqualTo(200);
        factor.show(factor.session);
        assertThat(SERVER.query("select count(*) from auth.mfa_factors where id = '" + planted.text("id") + "'"))
                .containsExactly("0");
    }

    @Test
    void badInputIsRefused() {
        Answer session = SERVER.signUp("bad@example.com", "secret-1");
        String[] user = AuthServer.as(session);
        assertThat(SERVER.post("/factors", "{\"factor_type\":\"smoke\"}", user).text("code"))
                .isEqualTo("validation_failed");
        assertThat(SERVER.post("/factors", "{\"factor_type\":\"phone\"}", user).text("code"))
                .isEqualTo("mfa_phone_enroll_not_enabled");
        assertThat(SERVER.post("/factors", "{\"factor_type\":7}", user).text("code"))
                .isEqualTo("bad_json");
        assertThat(SERVER.post("/factors/x/challenge", "{}", user).status()).isEqualTo(404);
        assertThat(SERVER.post("/factors", "{\"factor_type\":\"totp\"}").status())
                .isEqualTo(403);
        String name = "{\"factor_type\":\"totp\",\"friendly_name\":\"n\"}";
        assertThat(SERVER.post("/factors", name, user).status()).isEqualTo(200);
        assertThat(SERVER.post("/factors", name, user).text("code")).isEqualTo("mfa_factor_name_conflict");
        for (int i = 0; i < 9; i++) {
            SERVER.post("/factors", "{\"factor_type\":\"totp\"}", user);
        }
        assertThat(SERVER.post("/factors", "{\"factor_type\":\"totp\"}", user).text("code"))
                .isEqualTo("too_many_enrolled_mfa_factors");
        Answer anonymous = SERVER.post("/signup", "{}");
        assertThat(SERVER.post("/factors", "{\"factor_type\":\"totp\"}", AuthServer.as(anonymous))
                        .text("code"))
                .isEqualTo("no_authorization");
    }

    @Test
    void fiftyWithOneCodeAreOne() throws Exception {
        try (AuthServer server = AuthServer.start("auth.email.enable-confirmations=false", "auth.mfa.max-guesses=0")) {
            SecondFactor factor = SecondFactor.verified(server, "fifty@example.com");
            Answer session = factor.signIn();
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String challenge = factor.challenge(session);
                calls.add(() -> factor.verify(session, challenge, factor.code()));
            }
            List<Integer> answers = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var call : threads.invokeAll(calls)) {
                    answers.add(call.get().status());
                }
            }
            assertThat(answers).containsOnly(200, 422).containsOnlyOnce(200);
        }
    }

    @Test
    void anAdministratorSeesAndRemovesFactors() {
        SecondFactor factor = SecondFactor.verified(SERVER, "managed@example.com");
        String path =
                "/admin/users/" + factor.session.json().path("user").path("id").asString() + "/factors";
        assertThat(SERVER.get(path, AuthServer.as(factor.session)).text("code")).isEqualTo("not_admin");
        assertThat(SERVER.get(path, SERVER.asAdmin()).response().body())
                .contains(factor.id)
                .doesNotContain("secret");
        assertThat(SERVER.send("PUT", path + "/" + factor.id, "{\"friendly_name\":\"new\"}", SERVER.asAdmin())
                        .text("friendly_name"))
                .isEqualTo("new");
        assertThat(SERVER.send("DELETE", path + "/" + factor.id, "", SERVER.asAdmin())
                        .text("id"))
                .isEqualTo(factor.id);
        Answer refreshed = SERVER.refresh(factor.session.text("refresh_token"));
        assertThat(SecondFactor.claims(refreshed).path("aal").asString()).isEqualTo("aal1");
    }
}
