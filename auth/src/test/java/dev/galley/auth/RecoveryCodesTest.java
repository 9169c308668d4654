package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Codes on paper, and codes by SMS. */
class RecoveryCodesTest {
    private static final AuthServer SERVER = AuthServer.start(
            "auth.email.enable-confirmations=false",
            "auth.mfa.max-guesses=5",
            "auth.mfa.phone.enroll-enabled=true",
            "auth.mfa.phone.verify-enabled=true",
            "auth.mfa.phone.max-frequency=5s");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static List<String> generate(SecondFactor factor, String path) {
        Answer made = SERVER.post("/factors/recovery-codes" + path, "", AuthServer.as(factor.session));
        assertThat(made.status()).as(made.response().body()).isEqualTo(200);
        List<String> codes = new ArrayList<>();
        made.json().path("codes").forEach(code -> codes.add(code.asString()));
        return codes;
    }

    private static Answer use(Answer session, String code) {
        return SERVER.post("/factors/recovery-codes/verify", "{\"code\":\"" + code + "\"}", AuthServer.as(session));
    }

    @Test
    void aRecoveryCodeStandsInForTheFactorOnce() {
        SecondFactor factor = SecondFactor.verified(SERVER, "paper@example.com");
        List<String> codes = generate(factor, "");
        assertThat(codes).hasSize(10).doesNotHaveDuplicates();
        assertThat(SERVER.query("select digest from galley.recovery_codes")).doesNotContainAnyElementsOf(codes);
        Answer raised =
                use(factor.signIn(), codes.getFirst().toLowerCase(Locale.ROOT).replace("-", " "));
        assertThat(raised.status()).as(raised.response().body()).isEqualTo(200);
        assertThat(SecondFactor.claims(raised).path("aal").asString()).isEqualTo("aal2");
        assertThat(use(factor.signIn(), codes.getFirst()).text("code")).isEqualTo("mfa_verification_failed");
        Answer status = SERVER.get("/factors/recovery-codes", AuthServer.as(raised));
        assertThat(status.json().path("remaining").asInt()).isEqualTo(9);
        assertThat(SERVER.send("DELETE", "/factors/" + factor.id, "", AuthServer.as(raised))
                        .status())
                .isEqualTo(200);
        assertThat(SecondFactor.claims(SERVER.refresh(raised.text("refresh_token")))
                        .path("aal")
                        .asString())
                .isEqualTo("aal1");
        assertThat(SERVER.get("/factors/recovery-codes", AuthServer.as(raised)).status())
                .isEqualTo(404);
    }

    @Test
    void newCodesReplaceTheOld() {
        SecondFactor factor = SecondFactor.verified(SERVER, "renew@example.com");
        List<String> old = generate(factor, "");
        assertThat(SERVER.post("/factors/recovery-codes", "", AuthServer.as(factor.session))
                        .status())
                .isEqualTo(422);
        List<String> codes = generate(factor, "/regenerate");
        Answer low = factor.signIn();
        assertThat(SERVER.post("/factors/recovery-codes/regenerate", "", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(use(low, old.getFirst()).status()).isEqualTo(422);
        assertThat(use(low, codes.getFirst()).status()).isEqualTo(200);
    }

    @Test
    void fiftyWithOneRecoveryCodeAreOne() throws Exception {
        try (AuthServer server = AuthServer.start("auth.email.enable-confirmations=false", "auth.mfa.max-guesses=0")) {
            SecondFactor factor = SecondFactor.verified(server, "fifty@example.com");
            String code = server.post("/factors/recovery-codes", "", AuthServer.as(factor.session))
                    .json()
                    .path("codes")
                    .path(0)
                    .asString();
            Answer session = factor.signIn();
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(() -> server.post(
                        "/factors/recovery-codes/verify", "{\"code\":\"" + code + "\"}", AuthServer.as(session)));
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
    void guessingRecoveryCodesStops() {
        SecondFactor factor = SecondFactor.verified(SERVER, "guess@example.com");
        generate(factor, "");
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            answers.add(use(factor.signIn(), "AAAA" + i).status());
        }
        assertThat(answers).containsExactly(422, 422, 422, 422, 422, 429, 429);
    }

    @Test
    void aPhoneIsASecondFactor() {
        Answer session = SERVER.signUp("phone@example.com", "secret-1");
        String[] user = AuthServer.as(session);
        Answer factor = SERVER.post("/factors", "{\"factor_type\":\"phone\",\"phone\":\"+49 170 1234567\"}", user);
        assertThat(factor.text("phone")).as(factor.response().body()).isEqualTo("491701234567");
        String path = "/factors/" + factor.text("id");
        Answer challenge = SERVER.post(path + "/challenge", "{\"channel\":\"sms\"}", user);
        assertThat(challenge.text("type")).as(challenge.response().body()).isEqualTo("phone");
        assertThat(SERVER.post(path + "/challenge", "{}", user).text("code")).isEqualTo("over_sms_send_rate_limit");
        String code = SERVER.lastSms("491701234567");
        String wrong = code.equals("000000") ? "000001" : "000000";
        assertThat(SERVER.post(path + "/verify", answer(challenge, wrong), user).text("code"))
                .isEqualTo("mfa_verification_failed");
        SERVER.clock.forward(Duration.ofSeconds(6));
        Answer second = SERVER.post(path + "/challenge", "{}", user);
        assertThat(SERVER.post(path + "/verify", answer(second, code), user).text("code"))
                .isEqualTo("mfa_verification_failed");
        Answer raised = SERVER.post(path + "/verify", answer(challenge, code), user);
        assertThat(SecondFactor.claims(raised).path("amr").toString()).contains("mfa/phone");
        assertThat(SERVER.post(path + "/verify", answer(challenge, code), AuthServer.as(raised))
                        .status())
                .isEqualTo(422);
    }

    private static String answer(Answer challenge, String code) {
        return "{\"challenge_id\":\"" + challenge.text("id") + "\",\"code\":\"" + code + "\"}";
    }
}
