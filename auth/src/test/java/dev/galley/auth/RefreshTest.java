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

/** Refresh tokens: they rotate, an old one ends its session, and many at once are one. */
class RefreshTest {
    private static final AuthServer SERVER = AuthServer.start("auth.email.enable-confirmations=false");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer session(String name) {
        return SERVER.signUp(name + "@example.com", "secret-1");
    }

    @Test
    void aTokenBringsNewOnes() {
        Answer first = session("rotate");
        Answer second = SERVER.refresh(first.text("refresh_token"));
        assertThat(second.status()).as(second.response().body()).isEqualTo(200);
        assertThat(second.text("refresh_token")).isNotEqualTo(first.text("refresh_token"));
        assertThat(second.header("sb-auth-refresh-token-counter")).isEqualTo("1");
        assertThat(SERVER.get("/user", AuthServer.as(second)).status()).isEqualTo(200);
    }

    @Test
    void aLostAnswerCanBeHadAgainButAnOlderTokenEndsTheSession() {
        Answer first = session("reuse");
        Answer second = SERVER.refresh(first.text("refresh_token"));
        SERVER.clock.forward(Duration.ofMinutes(5));
        Answer again = SERVER.refresh(first.text("refresh_token"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text("refresh_token")).isEqualTo(second.text("refresh_token"));
        assertThat(again.header("sb-auth-refresh-token-reuse")).isEqualTo("true");
        assertThat(again.header("sb-auth-refresh-token-reuse-cause")).isEqualTo("fail-to-save");
        assertThat(second.header("sb-auth-refresh-token-reuse-cause")).isEmpty();

        Answer third = SERVER.refresh(second.text("refresh_token"));
        SERVER.clock.forward(Duration.ofMinutes(5));
        Answer stolen = SERVER.refresh(first.text("refresh_token"));
        assertThat(stolen.status()).isEqualTo(400);
        assertThat(stolen.text("code")).isEqualTo("refresh_token_already_used");
        assertThat(SERVER.refresh(third.text("refresh_token")).text("code")).isEqualTo("refresh_token_not_found");
        assertThat(SERVER.get("/user", AuthServer.as(third)).text("code")).isEqualTo("session_not_found");
    }

    @Test
    void fiftyAtOnceAreOneLine() throws Exception {
        Answer first = session("race");
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(() -> SERVER.refresh(first.text("refresh_token")));
        }
        List<String> tokens = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                Answer answer = call.get();
                assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
                tokens.add(answer.text("refresh_token"));
            }
        }
        assertThat(tokens.stream().distinct()).hasSize(1);
        assertThat(SERVER.query(
                        "select refresh_token_counter from auth.sessions s join auth.users u on u.id = s.user_id"
                                + " where email = 'race@example.com'"))
                .containsExactly("1");
    }

    @Test
    void aForgedTokenIsNone() {
        Answer session = session("forged");
        String token = session.text("refresh_token");
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String forged = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(SERVER.refresh(forged).status()).as(forged).isEqualTo(400);
        }
        assertThat(SERVER.refresh("x".repeat(100_000)).status()).isEqualTo(400);
        assertThat(SERVER.refresh("").text("code")).isEqualTo("validation_failed");
        assertThat(SERVER.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void whatTheDatabaseHoldsMakesNoToken() {
        Answer session = session("reader");
        List<String> key = SERVER.query("select refresh_token_hmac_key from auth.sessions s join auth.users u"
                + " on u.id = s.user_id where email = 'reader@example.com'");
        String id = SERVER.query("select s.id from auth.sessions s join auth.users u on u.id = s.user_id"
                        + " where email = 'reader@example.com'")
                .getFirst();
        String made = dev.galley.auth.token.RefreshToken.encode(
                java.util.UUID.fromString(id), 0, java.util.Base64.getDecoder().decode(key.getFirst()));
        assertThat(SERVER.refresh(made).text("code")).isEqualTo("refresh_token_not_found");
        assertThat(SERVER.refresh(session.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void aBannedUserGetsNothing() {
        Answer session = session("banned");
        SERVER.execute(
                "update auth.users set banned_until = now() + interval '10 years' where email = 'banned@example.com'");
        assertThat(SERVER.refresh(session.text("refresh_token")).text("code")).isEqualTo("user_banned");
        assertThat(SERVER.get("/user", AuthServer.as(session)).text("code")).isEqualTo("user_banned");
        assertThat(SERVER.signIn("banned@example.com", "secret-1").text("code")).isEqualTo("user_banned");
        assertThat(SERVER.signIn("banned@example.com", "secret-2").text("code")).isEqualTo("invalid_credentials");
    }
}
