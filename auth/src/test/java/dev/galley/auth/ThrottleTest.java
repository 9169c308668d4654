package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Going around the limits: many at once, many addresses, many codes, and what a refusal tells. */
class ThrottleTest {
    private static List<Answer> atOnce(int number, Callable<Answer> request) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> all = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                all.add(threads.submit(request));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> each : all) {
                answers.add(each.get());
            }
            return answers;
        }
    }

    @Test
    void guessesAtOnceAreCountedBeforeTheyAreJudged() throws Exception {
        try (AuthServer server =
                AuthServer.start("auth.email.enable-confirmations=false", "auth.rate-limit.password-guesses=3")) {
            server.signUp("target@example.com", "secret-1");
            for (int i = 0; i < 10; i++) {
                assertThat(server.signIn("target@example.com", "secret-1").status())
                        .isEqualTo(200);
            }
            List<Answer> answers = atOnce(40, () -> server.signIn("target@example.com", "wrong"));
            assertThat(answers).filteredOn(answer -> answer.status() == 400).hasSize(3);
            assertThat(answers).filteredOn(answer -> answer.status() == 429).hasSize(37);
        }
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        try (AuthServer server = AuthServer.start(
                "auth.rate-limit.anonymous-users=3",
                "auth.enable-anonymous-sign-ins=true",
                "http.trusted-proxies=127.0.0.1")) {
            for (int i = 1; i <= 3; i++) {
                assertThat(anonymous(server, "2001:db8:1:2::" + i)).isEqualTo(200);
            }
            assertThat(anonymous(server, "2001:db8:1:2:ffff:ffff:ffff:ffff")).isEqualTo(429);
            assertThat(anonymous(server, "2001:db8:1:3::1")).isEqualTo(200);
        }
    }

    private static int anonymous(AuthServer server, String address) {
        return server.post("/signup", "{}", "X-Forwarded-For", address).status();
    }

    @Test
    void aQuotaThatIsUsedUpTellsNobodyWhoIsThere() {
        try (AuthServer server = AuthServer.start("auth.rate-limit.email-sent=2")) {
            server.signUp("known@example.com", "secret-1");
            server.post("/recover", "{\"email\":\"known@example.com\"}");
            for (String path : List.of("/recover", "/otp")) {
                Answer known = server.post(path, "{\"email\":\"known@example.com\"}");
                Answer unknown = server.post(path, "{\"email\":\"nobody@example.com\"}");
                assertThat(known.status()).isEqualTo(429);
                assertThat(unknown.response().body()).isEqualTo(known.response().body());
            }
        }
    }

    @Test
    void aFreshCodeGivesADeadOneNoMoreTries() {
        try (AuthServer server = AuthServer.start()) {
            server.signUp("twice@example.com", "secret-1");
            server.post("/otp", "{\"email\":\"twice@example.com\"}");
            String code = server.lastMail("twice@example.com").get("Token");
            for (int i = 0; i < 5; i++) {
                verify(server, "magiclink", code.equals("00000" + i) ? "999999" : "00000" + i);
            }
            server.post("/resend", "{\"type\":\"signup\",\"email\":\"twice@example.com\"}");
            assertThat(verify(server, "email", code).text("code")).isEqualTo("otp_expired");
            assertThat(server.query("select 1 from auth.sessions")).isEmpty();
        }
    }

    private static Answer verify(AuthServer server, String type, String code) {
        return server.post(
                "/verify", "{\"type\":\"" + type + "\",\"email\":\"twice@example.com\",\"token\":\"" + code + "\"}");
    }

    @Test
    void tryingCodesTellsNobodyWhoIsThere() {
        try (AuthServer server =
                AuthServer.start("auth.rate-limit.token-verifications=2", "http.trusted-proxies=127.0.0.1")) {
            server.signUp("known@example.com", "secret-1");
            for (String email : List.of("known@example.com", "nobody@example.com")) {
                List<Integer> seen = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    seen.add(server.post(
                                    "/verify",
                                    "{\"type\":\"signup\",\"email\":\"" + email + "\",\"token\":\"x\"}",
                                    "X-Forwarded-For",
                                    "203.0.113." + i)
                            .status());
                }
                assertThat(seen).as(email).containsExactly(403, 403, 429, 429);
            }
        }
    }

    @Test
    void mailsForManyAtOnceDoNotBlockEachOther() throws Exception {
        try (AuthServer server = AuthServer.start("auth.rate-limit.email-sent=1000")) {
            server.signUp("busy@example.com", "secret-1");
            List<Answer> answers = atOnce(60, () -> server.post("/recover", "{\"email\":\"busy@example.com\"}"));
            assertThat(answers).allMatch(answer -> answer.status() == 200);
        }
    }

    @Test
    void aNumberThatWouldFillTheMemoryIsRefused() {
        try (AuthServer server = AuthServer.start("auth.enable-anonymous-sign-ins=true")) {
            for (String number : List.of("1e131071", "1e2000", "-1e-2000", "[{\"b\":1e401}]")) {
                Answer answer = server.post("/signup", "{\"data\":{\"a\":" + number + "}}");
                assertThat(answer.text("code")).as(number).isEqualTo("validation_failed");
            }
            assertThat(server.post("/signup", "{\"data\":{\"a\":1.5e300}}").status())
                    .isEqualTo(200);
        }
    }
}
