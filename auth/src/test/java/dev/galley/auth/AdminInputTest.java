package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input at the endpoints of administration: told as the protocol tells it, and nothing is changed. */
class AdminInputTest {
    private static final AuthServer SERVER = AuthServer.start();
    private static final String NOBODY = "00000000-0000-4000-8000-000000000000";
    private static final String STATE =
            "select md5(string_agg(u::text, '' order by u.id)) from auth.users u union all select count(*)::text from auth.audit_log_entries";
    private static String uid = "";

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeAll
    static void user() {
        uid = SERVER.send(
                        "POST",
                        "/admin/users",
                        "{\"email\":\"there@example.com\",\"password\":\"secret-1\",\"email_confirm\":true}",
                        SERVER.asAdmin())
                .text("id");
    }

    private static Stream<List<String>> badRequests() {
        Stream<List<String>> fields = Stream.of(
                        "{",
                        "[]",
                        "{\"email\":\"no address\"}",
                        "{\"email\":7}",
                        "{\"email\":\"x@example.com\",\"password\":\"secret-1\",\"password_hash\":\"$2a$10$x\"}",
                        "{\"email\":\"x@example.com\",\"password\":\"short\"}",
                        "{\"email\":\"x@example.com\",\"password\":[]}",
                        "{\"email\":\"x@example.com\",\"password_hash\":\"$fbscrypt$v=1,n=30,r=8,p=1,sk=AAAA$AAAA$AAAA\"}",
                        "{\"email\":\"x@example.com\",\"email_confirm\":\"yes\"}",
                        "{\"email\":\"x@example.com\",\"role\":\"a\\u0001b\"}",
                        "{\"email\":\"x@example.com\",\"ban_duration\":\"1 week\"}",
                        "{\"email\":\"x@example.com\",\"ban_duration\":24}",
                        "{\"email\":\"x@example.com\",\"app_metadata\":[]}",
                        "{\"email\":\"x@example.com\",\"user_metadata\":\"text\"}",
                        "{\"email\":\"x@example.com\",\"user_metadata\":{\"a\":\"\\u0000\"}}",
                        "{\"phone\":\"not a number\"}")
                .flatMap(body ->
                        Stream.of(List.of("POST", "/admin/users", body), List.of("PUT", "/admin/users/UID", body)));
        Stream<List<String>> others = Stream.of(
                List.of("POST", "/admin/users", "{}"),
                List.of("POST", "/admin/users", "{\"email\":\"x@example.com\",\"id\":\"7\"}"),
                List.of("POST", "/admin/users", "{\"email\":\"There@example.com\"}"),
                List.of("GET", "/admin/users/7", ""),
                List.of("PUT", "/admin/users/7", "{}"),
                List.of("DELETE", "/admin/users/7", "{}"),
                List.of("GET", "/admin/users/" + NOBODY, ""),
                List.of("PUT", "/admin/users/" + NOBODY, "{}"),
                List.of("DELETE", "/admin/users/" + NOBODY, "{}"),
                List.of("DELETE", "/admin/users/UID", "{\"should_soft_delete\":\"maybe\"}"),
                List.of("GET", "/admin/users/7/factors", ""),
                List.of("PUT", "/admin/users/UID/factors/7", "{}"),
                List.of("DELETE", "/admin/users/UID/factors/" + NOBODY, ""),
                List.of("POST", "/invite", "{}"),
                List.of("POST", "/invite", "{\"email\":\"there@example.com\"}"),
                List.of("POST", "/invite", "{\"email\":\"y@example.com\",\"data\":7}"),
                List.of("POST", "/admin/generate_link", "{}"),
                List.of("POST", "/admin/generate_link", "{\"type\":\"signup\",\"email\":\"y@example.com\"}"),
                List.of("POST", "/admin/generate_link", "{\"type\":\"recovery\",\"email\":\"y@example.com\"}"),
                List.of(
                        "POST",
                        "/admin/generate_link",
                        "{\"type\":\"email_change_new\",\"email\":\"there@example.com\"}"),
                List.of(
                        "POST",
                        "/admin/generate_link",
                        "{\"type\":\"email_change_new\",\"email\":\"there@example.com\",\"new_email\":\"x\"}"),
                List.of("GET", "/admin/users?page=a", ""),
                List.of("GET", "/admin/users?per_page=0", ""),
                List.of("GET", "/admin/users?sort=email;drop", ""));
        return Stream.concat(fields, others);
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void isRefusedAndChangesNothing(List<String> request) {
        List<String> before = SERVER.query(STATE);
        Answer refused =
                SERVER.send(request.get(0), request.get(1).replace("UID", uid), request.get(2), SERVER.asAdmin());
        assertThat(refused.status()).as(refused.response().body()).isBetween(400, 422);
        assertThat(refused.text("code")).isNotEmpty();
        assertThat(refused.text("message")).isNotEmpty();
        assertThat(SERVER.query(STATE)).isEqualTo(before);
    }

    @Test
    void whatTheDatabaseKeepsOfAnInvitationIsNoInvitation() {
        SERVER.send("POST", "/invite", "{\"email\":\"guest@example.com\"}", SERVER.asAdmin());
        String sent = SERVER.lastMail("guest@example.com").get("TokenHash");
        List<String> kept = SERVER.query("select confirmation_token from auth.users where email = 'guest@example.com'"
                + " union all select token_hash from auth.one_time_tokens where relates_to = 'guest@example.com'");
        assertThat(kept).isNotEmpty().doesNotContain(sent);
        for (String digest : kept) {
            assertThat(SERVER.post("/verify", "{\"type\":\"invite\",\"token_hash\":\"" + digest + "\"}")
                            .text("code"))
                    .isEqualTo("otp_expired");
        }
        assertThat(SERVER.post("/verify", "{\"type\":\"invite\",\"token_hash\":\"" + sent + "\"}")
                        .status())
                .isEqualTo(200);
    }
}
