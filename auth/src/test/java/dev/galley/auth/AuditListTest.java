package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.identity.StrictJson;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an administrator sees of the audit log. */
class AuditListTest {
    private static final AuthServer SERVER = AuthServer.start("auth.email.enable-confirmations=false");

    private static String[] ben = {};

    @BeforeAll
    static void events() {
        SERVER.post(
                "/signup",
                "{\"email\":\"anna@example.com\",\"password\":\"secret-1\",\"data\":{\"full_name\":\"Anna Blume\"}}");
        SERVER.clock.forward(Duration.ofSeconds(1));
        ben = AuthServer.as(SERVER.signUp("ben@example.com", "secret-1"));
        SERVER.clock.forward(Duration.ofSeconds(1));
        SERVER.signIn("ben@example.com", "wrong-1");
        SERVER.clock.forward(Duration.ofSeconds(1));
        SERVER.signIn("my-password@example.com", "wrong-1");
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer list(String query) {
        return SERVER.get("/admin/audit" + query, SERVER.asAdmin());
    }

    private static List<String> actions(Answer answer) {
        return StrictJson.read(answer.response().body())
                .valueStream()
                .map(entry -> entry.path("payload").path("action").asString())
                .toList();
    }

    @Test
    void thePagesAndTheShapeAreThoseOfTheProtocol() {
        Answer page = list("?page=1&per_page=4");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("X-Total-Count")).isEqualTo("6");
        assertThat(page.header("Link"))
                .isEqualTo(
                        "</admin/audit?page=2&per_page=4>; rel=\"next\", </admin/audit?page=2&per_page=4>; rel=\"last\"");
        JsonNode entries = StrictJson.read(page.response().body());
        assertThat(entries.size()).isEqualTo(4);
        assertThat(entries.get(0).propertyNames())
                .containsExactlyInAnyOrder("id", "payload", "created_at", "ip_address");
        assertThat(entries.get(0).path("ip_address").asString()).isEqualTo("127.0.0.1");
        assertThat(actions(page).subList(0, 2)).containsExactly("login_failed", "login_failed");
        assertThat(actions(list("?page=2&per_page=4"))).hasSize(2);
    }

    @Test
    void itIsFilteredByAuthorActionAndType() {
        assertThat(actions(list("?query=author:blume"))).containsExactlyInAnyOrder("user_signedup", "login");
        assertThat(actions(list("?query=author:ben@"))).hasSize(3);
        assertThat(actions(list("?query=action:signed"))).containsExactly("user_signedup", "user_signedup");
        assertThat(actions(list("?query=type:team"))).containsExactly("user_signedup", "user_signedup");
        assertThat(actions(list("?query=author:%25"))).isEmpty();
        assertThat(actions(list("?query=author:%27%20or%201=1--"))).isEmpty();
        assertThat(list("?query=action:signed&per_page=1").header("Link")).contains("query=action%3Asigned");
    }

    @Test
    void badQuestionsAndStrangersAreRefused() {
        for (String query : List.of("?query=payload:x", "?query=author", "?page=0", "?page=x", "?per_page=-1")) {
            assertThat(list(query).status()).as(query).isEqualTo(400);
            assertThat(list(query).text("code")).isEqualTo("validation_failed");
        }
        assertThat(SERVER.get("/admin/audit").text("code")).isEqualTo("not_admin");
        assertThat(SERVER.get("/admin/audit", ben).text("code")).isEqualTo("not_admin");
    }

    @Test
    void aFailedSignInTellsNothingThatWasTyped() {
        assertThat(SERVER.query(
                        "select payload::text from auth.audit_log_entries where payload ->> 'action' = 'login_failed'"))
                .hasSize(2)
                .noneMatch(payload -> payload.contains("my-password") || payload.contains("wrong-1"));
    }
}
