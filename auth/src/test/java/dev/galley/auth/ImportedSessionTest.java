package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The sessions of an imported project go on: a refresh token of the old kind is exchanged, once. */
class ImportedSessionTest {
    private static final AuthServer SERVER = AuthServer.start("auth.email.enable-confirmations=false");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** A session as the original leaves it. */
    private static String imported(String email, String token) {
        Answer session = SERVER.signUp(email, "secret-1");
        String id = SERVER.query("select id from auth.sessions where user_id = '"
                        + session.json().path("user").path("id").asString() + "'")
                .getFirst();
        SERVER.execute(
                "update auth.sessions set refresh_token_hmac_key = null, refresh_token_counter = null where id = '"
                        + id
                        + "'; insert into auth.refresh_tokens (token, user_id, revoked, session_id, created_at, updated_at) values ('"
                        + token + "', '"
                        + session.json().path("user").path("id").asString() + "', false, '" + id
                        + "', now(), now()), ('" + token + "-before', 'x', true, '" + id + "', now(), '2020-01-01')");
        return id;
    }

    @Test
    void itsTokenIsExchangedForOneOfTheNewKind() {
        String id = imported("a@example.com", "abcdefghijk1");
        Answer first = SERVER.refresh("abcdefghijk1");
        assertThat(first.status()).as(first.response().body()).isEqualTo(200);
        assertThat(first.header("sb-auth-session-id")).isEqualTo(id);
        Answer second = SERVER.refresh(first.text("refresh_token"));
        assertThat(second.status()).isEqualTo(200);
        assertThat(SERVER.get("/user", AuthServer.as(second)).status()).isEqualTo(200);
    }

    @Test
    void whoseAnswerWasLostGetsTheCurrentTokensAndALaterThiefEndsTheSession() {
        imported("b@example.com", "abcdefghijk2");
        String current = SERVER.refresh("abcdefghijk2").text("refresh_token");
        SERVER.clock.forward(Duration.ofHours(1));
        Answer again = SERVER.refresh("abcdefghijk2");
        assertThat(again.text("refresh_token")).isEqualTo(current);
        assertThat(again.header("sb-auth-refresh-token-reuse")).isEqualTo("true");
        Answer next = SERVER.refresh(current);
        SERVER.clock.forward(Duration.ofHours(1));
        assertThat(SERVER.refresh("abcdefghijk2").text("code")).isEqualTo("refresh_token_already_used");
        assertThat(SERVER.refresh(next.text("refresh_token")).text("code")).isEqualTo("refresh_token_not_found");
    }

    @Test
    void oneThatWasUsedBeforeTheImportIsNoneAndNeitherIsAnUnknownOne() {
        imported("c@example.com", "abcdefghijk3");
        assertThat(SERVER.refresh("abcdefghijk3-before").text("code")).isEqualTo("refresh_token_already_used");
        assertThat(SERVER.refresh("abcdefghijk3").text("code")).isEqualTo("refresh_token_not_found");
        for (String none : new String[] {"zzzzzzzzzzzz", "' or true --", "%", "\\u0000"}) {
            assertThat(SERVER.refresh(none).status()).as(none).isEqualTo(400);
        }
    }
}
