package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What works once works once, also for fifty at the same moment. */
class OnceTest {
    private static final AuthServer SERVER = AuthServer.start();
    private static final String VERIFIER = "v".repeat(50);

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static long successes(Supplier<Answer> request) throws Exception {
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(request::get);
        }
        long good = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                Answer answer = call.get();
                assertThat(answer.status()).as(answer.response().body()).isLessThan(500);
                good += answer.status() == 200 ? 1 : 0;
            }
        }
        return good;
    }

    @Test
    void aCode() throws Exception {
        SERVER.signUp("code@example.com", "secret-1");
        String code = SERVER.lastMail("code@example.com").get("Token");
        assertThat(successes(() -> SERVER.post(
                        "/verify", "{\"type\":\"signup\",\"email\":\"code@example.com\",\"token\":\"" + code + "\"}")))
                .isEqualTo(1);
        assertThat(
                        SERVER.query(
                                "select count(*) from auth.sessions s join auth.users u on u.id = s.user_id where email = 'code@example.com'"))
                .containsExactly("1");
    }

    @Test
    void aLink() throws Exception {
        SERVER.signUp("link@example.com", "secret-1");
        String hash = SERVER.lastMail("link@example.com").get("TokenHash");
        assertThat(successes(() -> SERVER.post("/verify", "{\"type\":\"signup\",\"token_hash\":\"" + hash + "\"}")))
                .isEqualTo(1);
    }

    @Test
    void theCodeOfAFlow() throws Exception {
        SERVER.post(
                "/signup",
                "{\"email\":\"flow@example.com\",\"password\":\"secret-1\",\"code_challenge\":\"" + VERIFIER
                        + "\",\"code_challenge_method\":\"plain\"}");
        String location = SERVER.get(SERVER.lastMail("flow@example.com").get("ConfirmationURL"))
                .header("Location");
        String code = URI.create(location).getQuery().substring("code=".length());
        assertThat(successes(() -> SERVER.post(
                        "/token?grant_type=pkce",
                        "{\"auth_code\":\"" + code + "\",\"code_verifier\":\"" + VERIFIER + "\"}")))
                .isEqualTo(1);
    }

    @Test
    void anAddress() throws Exception {
        assertThat(successes(() -> SERVER.signUp("same@example.com", "secret-1")))
                .isEqualTo(50);
        assertThat(SERVER.query("select count(*) from auth.users where email = 'same@example.com'"))
                .containsExactly("1");
        assertThat(SERVER.query("select count(*) from auth.identities where email = 'same@example.com'"))
                .containsExactly("1");
    }
}
