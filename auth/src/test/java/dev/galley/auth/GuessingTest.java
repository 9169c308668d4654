package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guessing passwords and codes, and finding out who has an account. */
class GuessingTest {
    private AuthServer server = AuthServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart(String... flags) {
        server.close();
        server = AuthServer.start(flags);
    }

    @Test
    void aCodeDiesAfterFiveWrongGuesses() {
        server.signUp("otp@example.com", "secret-1");
        String code = server.lastMail("otp@example.com").get("Token");
        for (int i = 0; i < 5; i++) {
            String wrong = code.equals("00000" + i) ? "999999" : "00000" + i;
            assertThat(verify(wrong).text("code")).isEqualTo("otp_expired");
        }
        assertThat(verify(code).text("code")).isEqualTo("otp_expired");
        assertThat(server.query("select 1 from auth.sessions")).isEmpty();
    }

    private Answer verify(String code) {
        return server.post("/verify", "{\"type\":\"signup\",\"email\":\"otp@example.com\",\"token\":\"" + code + "\"}");
    }

    @Test
    void anAccountIsLockedForOneAddressForAWhile() {
        restart(
                "auth.email.enable-confirmations=false",
                "auth.rate-limit.password-guesses=3",
                "auth.rate-limit.password-guesses-period=15m",
                "http.trusted-proxies=127.0.0.1");
        server.signUp("target@example.com", "secret-1");
        for (int i = 0; i < 3; i++) {
            assertThat(signIn("wrong-" + i, "203.0.113.7").status()).isEqualTo(400);
        }
        Answer locked = signIn("secret-1", "203.0.113.7");
        assertThat(locked.status()).isEqualTo(429);
        assertThat(locked.text("code")).isEqualTo("over_request_rate_limit");
        assertThat(Integer.parseInt(locked.header("Retry-After"))).isBetween(1, 900);
        assertThat(signIn("secret-1", "198.51.100.9").status()).isEqualTo(200);
        server.clock.forward(Duration.ofMinutes(16));
        assertThat(signIn("secret-1", "203.0.113.7").status()).isEqualTo(200);
    }

    private Answer signIn(String password, String address) {
        return server.post(
                "/token?grant_type=password",
                "{\"email\":\"target@example.com\",\"password\":\"" + password + "\"}",
                "X-Forwarded-For",
                address);
    }

    @Test
    void otherAddressesDoNotHelpForEverAndTheHeaderAloneNeverDoes() {
        restart(
                "auth.email.enable-confirmations=false",
                "auth.rate-limit.password-guesses=3",
                "auth.rate-limit.account-guesses=10",
                "auth.rate-limit.account-guesses-period=15m",
                "http.trusted-proxies=127.0.0.1");
        server.signUp("target@example.com", "secret-1");
        for (int i = 0; i < 10; i++) {
            signIn("wrong", "203.0.113." + i);
        }
        assertThat(signIn("secret-1", "198.51.100.9").status()).isEqualTo(429);

        restart("auth.email.enable-confirmations=false", "auth.rate-limit.password-guesses=3");
        server.signUp("target@example.com", "secret-1");
        for (int i = 0; i < 3; i++) {
            signIn("wrong", "203.0.113." + i);
        }
        assertThat(signIn("secret-1", "198.51.100.9").status()).isEqualTo(429);
    }

    @Test
    void anotherNodeGivesNoMoreGuesses() {
        String[] limits = {"auth.email.enable-confirmations=false", "auth.rate-limit.password-guesses=3"};
        restart(limits);
        server.signUp("target@example.com", "secret-1");
        try (AuthServer other = server.secondNode(limits)) {
            assertThat(server.signIn("target@example.com", "wrong-1").status()).isEqualTo(400);
            assertThat(other.signIn("target@example.com", "wrong-2").status()).isEqualTo(400);
            assertThat(server.signIn("target@example.com", "wrong-3").status()).isEqualTo(400);
            assertThat(other.signIn("target@example.com", "secret-1").status()).isEqualTo(429);
            assertThat(server.signIn("target@example.com", "secret-1").status()).isEqualTo(429);
        }
    }

    @Test
    void nothingTellsWhetherAnAddressHasAnAccount() {
        server.signUp("known@example.com", "secret-1");
        String code = server.lastMail("known@example.com").get("Token");
        server.post("/verify", "{\"type\":\"signup\",\"email\":\"known@example.com\",\"token\":\"" + code + "\"}");

        same("POST", "/recover", "{\"email\":\"%s\"}");
        same("POST", "/resend", "{\"type\":\"signup\",\"email\":\"%s\"}");
        same("POST", "/token?grant_type=password", "{\"email\":\"%s\",\"password\":\"nothing\"}");
        same("POST", "/verify", "{\"type\":\"email\",\"email\":\"%s\",\"token\":\"123456\"}");

        Answer known = server.signUp("known@example.com", "secret-9");
        Answer unknown = server.signUp("unknown@example.com", "secret-9");
        assertThat(known.status()).isEqualTo(unknown.status());
        assertThat(new ArrayList<>(known.json().propertyNames()))
                .containsExactlyInAnyOrderElementsOf(unknown.json().propertyNames());
        assertThat(known.response().headers().map().keySet())
                .isEqualTo(unknown.response().headers().map().keySet());
    }

    private void same(String method, String path, String body) {
        Answer known = server.send(method, path, body.formatted("known@example.com"));
        Answer unknown = server.send(method, path, body.formatted("nobody@example.com"));
        assertThat(known.status()).as(path).isEqualTo(unknown.status());
        assertThat(known.response().body())
                .as(path)
                .isEqualTo(unknown.response().body());
        assertThat(known.response().headers().map().keySet())
                .as(path)
                .isEqualTo(unknown.response().headers().map().keySet());
    }

    @Test
    void theIntervalBetweenMailsTellsNothingEither() {
        restart("auth.email.max-frequency=60s");
        server.signUp("known@example.com", "secret-1");
        for (String who : List.of("known@example.com", "nobody@example.com")) {
            String body = "{\"email\":\"" + who + "\"}";
            assertThat(server.post("/recover", body).status()).isEqualTo(200);
            Answer again = server.post("/recover", body);
            assertThat(again.status()).isEqualTo(429);
            assertThat(again.text("code")).isEqualTo("over_email_send_rate_limit");
            assertThat(again.text("message")).startsWith("For security purposes, you can only request this after");
        }
    }

    /** A rank test (Mann-Whitney) over interleaved samples: |z| of equal distributions is rarely above 4. */
    @Test
    void theTimeOfAFailedSignInTellsNothing() {
        restart("auth.email.enable-confirmations=false", "auth.password.memory=19456", "auth.password.iterations=2");
        server.signUp("known@example.com", "secret-1");
        int samples = 60;
        long[] known = new long[samples];
        long[] unknown = new long[samples];
        for (int i = -5; i < samples; i++) {
            long a = nanos("known@example.com");
            long b = nanos("nobody@example.com");
            if (i >= 0) {
                known[i] = a;
                unknown[i] = b;
            }
        }
        assertThat(Math.abs(z(known, unknown))).isLessThan(4);
    }

    private long nanos(String email) {
        long start = System.nanoTime();
        server.signIn(email, "wrong");
        return System.nanoTime() - start;
    }

    static double z(long[] a, long[] b) {
        double wins = 0;
        for (long x : a) {
            wins += Arrays.stream(b)
                    .mapToDouble(y -> x > y ? 1 : x == y ? 0.5 : 0)
                    .sum();
        }
        double n = a.length;
        double m = b.length;
        return (wins - n * m / 2) / Math.sqrt(n * m * (n + m + 1) / 12);
    }
}
