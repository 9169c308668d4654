package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the holder of the service key may do with users, and nobody else. */
class AdminTest {
    private static final AuthServer SERVER = AuthServer.start();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer admin(String method, String path, String json) {
        return SERVER.send(method, path, json, SERVER.asAdmin());
    }

    private static Answer created(String json) {
        Answer user = admin("POST", "/admin/users", json);
        assertThat(user.status()).as(user.response().body()).isEqualTo(200);
        return user;
    }

    private static String confirmed(String email) {
        return "{\"email\":\"" + email + "\",\"password\":\"secret-1\",\"email_confirm\":true}";
    }

    @Test
    void nobodyElseGetsIn() {
        created(confirmed("plain@example.com"));
        Answer user = SERVER.signIn("plain@example.com", "secret-1");
        String id = user.json().path("user").path("id").asString();
        for (String[] call : new String[][] {
            {"GET", "/admin/users"},
            {"POST", "/admin/users"},
            {"GET", "/admin/users/" + id},
            {"PUT", "/admin/users/" + id},
            {"DELETE", "/admin/users/" + id},
            {"POST", "/invite"},
            {"POST", "/admin/generate_link"}
        }) {
            Answer byUser = SERVER.send(call[0], call[1], "{}", AuthServer.as(user));
            assertThat(byUser.status()).as(call[1]).isEqualTo(403);
            assertThat(byUser.text("code")).isEqualTo("not_admin");
            assertThat(SERVER.send(call[0], call[1], "{}").status()).isEqualTo(403);
            assertThat(SERVER.send(call[0], call[1], "{}", "apikey", "").status())
                    .isEqualTo(401);
            assertThat(SERVER.send(call[0], call[1], "{}", "Authorization", "Bearer a.b.c")
                            .text("code"))
                    .isEqualTo("bad_jwt");
        }
        assertThat(SERVER.query("select email from auth.users where id = '" + id + "'"))
                .containsExactly("plain@example.com");
    }

    @Test
    void aUserIsMadeShownChangedAndDeleted() {
        Answer made = created(
                "{\"email\":\"Made@example.com\",\"phone\":\"+15550001\",\"password\":\"secret-1\",\"email_confirm\":true,"
                        + "\"user_metadata\":{\"a\":1},\"app_metadata\":{\"plan\":\"pro\"},\"id\":\"0e7d6f5c-0000-4000-8000-000000000001\"}");
        assertThat(made.text("email")).isEqualTo("made@example.com");
        assertThat(made.text("id")).isEqualTo("0e7d6f5c-0000-4000-8000-000000000001");
        assertThat(made.json().path("app_metadata").path("plan").asString()).isEqualTo("pro");
        assertThat(made.json().path("app_metadata").path("provider").asString()).isEqualTo("email");
        assertThat(made.json().has("phone_confirmed_at")).isFalse();
        String path = "/admin/users/" + made.text("id");

        Answer session = SERVER.signIn("made@example.com", "secret-1");
        Answer changed = admin(
                "PUT",
                path,
                "{\"password\":\"secret-2\",\"user_metadata\":{\"a\":null,\"b\":2},\"role\":\"service_role\",\"ban_duration\":\"1h30m\"}");
        assertThat(changed.json().path("user_metadata").toString()).isEqualTo("{\"b\":2}");
        assertThat(changed.text("banned_until")).isNotEmpty();
        assertThat(SERVER.get("/user", AuthServer.as(session)).status()).isEqualTo(403);
        assertThat(SERVER.signIn("made@example.com", "secret-2").text("code")).isEqualTo("user_banned");
        assertThat(admin("PUT", path, "{\"ban_duration\":\"none\"}").json().has("banned_until"))
                .isFalse();
        assertThat(SERVER.signIn("made@example.com", "secret-2").status()).isEqualTo(200);

        assertThat(admin("DELETE", path, "").status()).isEqualTo(200);
        assertThat(admin("GET", path, "").text("code")).isEqualTo("user_not_found");
        assertThat(SERVER.query("select 1 from auth.identities where email = 'made@example.com'"))
                .isEmpty();
    }

    @Test
    void aSoftlyDeletedUserLeavesOnlyAnId() {
        String id = created(confirmed("soft@example.com")).text("id");
        Answer session = SERVER.signIn("soft@example.com", "secret-1");
        admin("DELETE", "/admin/users/" + id, "{\"should_soft_delete\":true}");
        assertThat(SERVER.refresh(session.text("refresh_token")).status()).isEqualTo(400);
        assertThat(SERVER.signIn("soft@example.com", "secret-1").text("code")).isEqualTo("invalid_credentials");
        assertThat(String.join(
                        " ",
                        SERVER.query(
                                "select u::text || i::text from auth.users u join auth.identities i on i.user_id = u.id"
                                        + " where u.id = '" + id + "'")))
                .contains(id)
                .doesNotContain("soft@example.com");
        assertThat(created(confirmed("soft@example.com")).status()).isEqualTo(200);
    }

    @Test
    void pagesAndFilters() {
        for (int i = 0; i < 5; i++) {
            created(confirmed("page-" + i + "@example.com"));
        }
        Answer page = admin("GET", "/admin/users?page=2&per_page=2&filter=page-&sort=created_at%20asc", "");
        assertThat(page.header("X-Total-Count")).isEqualTo("5");
        assertThat(page.json().path("users").size()).isEqualTo(2);
        assertThat(page.header("Link")).contains("page=3&per_page=2", "rel=\"next\"", "rel=\"last\"");
        assertThat(admin("GET", "/admin/users?filter=page%25", "").header("X-Total-Count"))
                .isEqualTo("0");
        assertThat(admin("GET", "/admin/users?filter=%27%20or%201=1--", "").header("X-Total-Count"))
                .isEqualTo("0");
        for (String bad : List.of("page=0", "page=-1", "page=x", "per_page=99999999999", "sort=id;drop%20table")) {
            assertThat(admin("GET", "/admin/users?" + bad, "").text("code"))
                    .as(bad)
                    .isEqualTo("validation_failed");
        }
    }

    @Test
    void usersAreListedByCursor() {
        for (int i = 0; i < 5; i++) {
            created("{\"email\":\"cursor-" + i + "@example.com\"}");
        }
        // Two of one moment, and one that never said when: none is told twice or left out.
        SERVER.execute(
                "update auth.users set created_at = '2020-01-01' where email in ('cursor-1@example.com',"
                        + " 'cursor-2@example.com'); update auth.users set created_at = null where email = 'cursor-3@example.com'");
        for (String sort : List.of("created_at%20desc", "created_at%20asc")) {
            List<String> seen = new ArrayList<>();
            String cursor = "";
            int pages = 0;
            do {
                Answer page =
                        admin("GET", "/admin/users?limit=2&filter=CURSOR-&sort=" + sort + "&cursor=" + cursor, "");
                assertThat(page.status()).as(page.response().body()).isEqualTo(200);
                page.json()
                        .path("users")
                        .forEach(user -> seen.add(user.path("email").asString("")));
                assertThat(page.header("X-Total-Count")).isEmpty();
                cursor = page.json().path("pagination").path("next_cursor").asString("");
                assertThat(page.json().path("pagination").path("has_more").asBoolean())
                        .isEqualTo(!cursor.isEmpty());
                assertThat(page.header("Link"))
                        .isEqualTo(
                                cursor.isEmpty()
                                        ? ""
                                        : "</admin/users?cursor=" + cursor + "&limit=2&filter=CURSOR-&sort="
                                                + sort.replace("%20", "+") + ">; rel=\"next\"");
                pages++;
            } while (!cursor.isEmpty());
            assertThat(pages).isEqualTo(3);
            assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        }
        assertThat(admin("GET", "/admin/users?limit=2&page=1", "").json().has("pagination"))
                .isFalse();
        for (String bad : List.of("limit=0", "limit=x", "cursor=x", "cursor=e30", "cursor=" + "A".repeat(2000))) {
            assertThat(admin("GET", "/admin/users?" + bad, "").text("code"))
                    .as(bad)
                    .isEqualTo("validation_failed");
        }
    }

    @Test
    void hashesAreImportedWhenTheyAreHashes() {
        String bcrypt = OpenBSDBCrypt.generate("2b", "old secret".getBytes(StandardCharsets.UTF_8), new byte[16], 5);
        created("{\"email\":\"import@example.com\",\"password_hash\":\"" + bcrypt + "\",\"email_confirm\":true}");
        assertThat(SERVER.signIn("import@example.com", "old secret").status()).isEqualTo(200);
        assertThat(
                        SERVER.query(
                                "select encrypted_password like '$argon2id$%' from auth.users where email = 'import@example.com'"))
                .containsExactly("t");
        assertThat(SERVER.signIn("import@example.com", "old secret").status()).isEqualTo(200);
        // Of the reference implementation's own description.
        String argon2i = "$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG";
        String firebase =
                "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
                        + "$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
        created("{\"email\":\"argon2i@example.com\",\"password_hash\":\"" + argon2i + "\",\"email_confirm\":true}");
        created("{\"email\":\"firebase@example.com\",\"password_hash\":\"" + firebase + "\",\"email_confirm\":true}");
        assertThat(SERVER.signIn("argon2i@example.com", "password").status()).isEqualTo(200);
        assertThat(SERVER.signIn("firebase@example.com", "wrong").status()).isEqualTo(400);
        assertThat(SERVER.signIn("firebase@example.com", "user1password").status())
                .isEqualTo(200);
        assertThat(SERVER.query("select count(*) from auth.users where encrypted_password like '$argon2id$%'"
                        + " and email in ('argon2i@example.com', 'firebase@example.com')"))
                .containsExactly("2");
        assertThat(SERVER.signIn("firebase@example.com", "user1password").status())
                .isEqualTo(200);
        for (String bad :
                List.of("plain", "$argon2id$v=19$m=9999999,t=9,p=9$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "$2b$31$x")) {
            assertThat(admin(
                                    "POST",
                                    "/admin/users",
                                    "{\"email\":\"bomb@example.com\",\"password_hash\":\"" + bad + "\"}")
                            .text("code"))
                    .isEqualTo("validation_failed");
        }
    }

    @Test
    void anInvitedUserSignsInByTheLink() {
        Answer invited = admin("POST", "/invite", "{\"email\":\"guest@example.com\",\"data\":{\"team\":\"x\"}}");
        assertThat(invited.text("invited_at")).isNotEmpty();
        String hash = SERVER.lastMail("guest@example.com").get("TokenHash");
        Answer session = SERVER.post("/verify", "{\"type\":\"invite\",\"token_hash\":\"" + hash + "\"}");
        assertThat(session.json()
                        .path("user")
                        .path("user_metadata")
                        .path("team")
                        .asString())
                .isEqualTo("x");
        assertThat(admin("POST", "/invite", "{\"email\":\"guest@example.com\"}").text("code"))
                .isEqualTo("email_exists");
    }

    @Test
    void linksForMailsThatTheApplicationSends() {
        Answer signUp = admin(
                "POST",
                "/admin/generate_link",
                "{\"type\":\"signup\",\"email\":\"gen@example.com\",\"password\":\"secret-1\",\"redirect_to\":\"https://evil.example.net\"}");
        assertThat(signUp.status()).as(signUp.response().body()).isEqualTo(200);
        assertThat(signUp.text("action_link"))
                .startsWith(SERVER.url() + "/verify?token=")
                .doesNotContain("evil");
        assertThat(signUp.text("verification_type")).isEqualTo("signup");
        assertThat(SERVER.post(
                                "/verify",
                                "{\"type\":\"signup\",\"email\":\"gen@example.com\",\"token\":\""
                                        + signUp.text("email_otp") + "\"}")
                        .status())
                .isEqualTo(200);
        Answer recovery =
                admin("POST", "/admin/generate_link", "{\"type\":\"recovery\",\"email\":\"gen@example.com\"}");
        assertThat(SERVER.post(
                                "/verify",
                                "{\"type\":\"recovery\",\"token_hash\":\"" + recovery.text("hashed_token") + "\"}")
                        .status())
                .isEqualTo(200);
        String change =
                "{\"type\":\"email_change_%s\",\"email\":\"gen@example.com\",\"new_email\":\"gen2@example.com\"}";
        String current = admin("POST", "/admin/generate_link", change.formatted("current"))
                .text("hashed_token");
        String fresh =
                admin("POST", "/admin/generate_link", change.formatted("new")).text("hashed_token");
        SERVER.post("/verify", "{\"type\":\"email_change\",\"token_hash\":\"" + current + "\"}");
        assertThat(SERVER.post("/verify", "{\"type\":\"email_change\",\"token_hash\":\"" + fresh + "\"}")
                        .json()
                        .path("user")
                        .path("email")
                        .asString())
                .isEqualTo("gen2@example.com");
        assertThat(admin("POST", "/admin/generate_link", "{\"type\":\"recovery\",\"email\":\"no@example.com\"}")
                        .text("code"))
                .isEqualTo("user_not_found");
        assertThat(admin("POST", "/admin/generate_link", "{\"type\":\"nonsense\",\"email\":\"no@example.com\"}")
                        .text("code"))
                .isEqualTo("validation_failed");
    }
}
