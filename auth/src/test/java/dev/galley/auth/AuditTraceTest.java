package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What an intruder tries leaves a trace in the audit log, also where nothing comes of it. */
class AuditTraceTest {
    private static final AuthServer SERVER = AuthServer.start(
            "auth.email.enable-confirmations=false",
            "auth.sms.enabled=true",
            "auth.passkey.enabled=true",
            "auth.oauth-server.enabled=true",
            "auth.site-url=http://localhost:3000");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** The traits of the failed sign-ins of a user. */
    private static List<String> failures(Answer user) {
        return SERVER.query(
                "select (payload -> 'traits')::text from auth.audit_log_entries where payload ->> 'action' ="
                        + " 'login_failed' and payload ->> 'actor_id' = '" + id(user) + "' order by created_at");
    }

    private static String id(Answer user) {
        return user.json().path("user").path("id").asString("");
    }

    private static void ban(Answer user, String duration) {
        SERVER.send("PUT", "/admin/users/" + id(user), "{\"ban_duration\":\"" + duration + "\"}", SERVER.asAdmin());
    }

    @Test
    void wrongCodesAreNotedWithoutThem() {
        Answer user = SERVER.signUp("codes@example.com", "secret-1");
        SERVER.post("/otp", "{\"email\":\"codes@example.com\"}");
        Answer refused =
                SERVER.post("/verify", "{\"type\":\"email\",\"email\":\"codes@example.com\",\"token\":\"000000x\"}");
        assertThat(refused.text("code")).isEqualTo("otp_expired");
        assertThat(failures(user)).containsExactly("{\"provider\":\"email\",\"reason\":\"code\"}");
        SERVER.post("/verify", "{\"type\":\"sms\",\"phone\":\"4915100000000\",\"token\":\"123456\"}");
        assertThat(SERVER.query(
                        "select (payload -> 'traits')::text from auth.audit_log_entries where payload ->> 'action' ="
                                + " 'login_failed' and payload ->> 'actor_username' = ''"))
                .containsExactly("{\"provider\":\"phone\",\"reason\":\"code\"}");
        assertThat(SERVER.query("select 1 from auth.audit_log_entries where payload::text like '%000000x%'"))
                .isEmpty();
    }

    @Test
    void everyWayInOfABannedUserIsNoted() {
        PasskeyClient passkeys = new PasskeyClient(SERVER);
        SoftAuthenticator authenticator = new SoftAuthenticator();
        Answer user = SERVER.signUp("banned@example.com", "secret-1");
        assertThat(passkeys.register(user, authenticator).status()).isEqualTo(200);
        SERVER.post("/otp", "{\"email\":\"banned@example.com\"}");
        String code = SERVER.lastMail("banned@example.com").get("Token");
        ban(user, "1h");
        assertThat(SERVER.signIn("banned@example.com", "secret-1").text("code")).isEqualTo("user_banned");
        assertThat(SERVER.refresh(user.text("refresh_token")).text("code")).isEqualTo("user_banned");
        assertThat(SERVER.post(
                                "/verify",
                                "{\"type\":\"email\",\"email\":\"banned@example.com\",\"token\":\"" + code + "\"}")
                        .text("code"))
                .isEqualTo("user_banned");
        authenticator.count = 1;
        assertThat(passkeys.signIn(authenticator).text("code")).isEqualTo("user_banned");
        assertThat(failures(user))
                .hasSize(4)
                .allSatisfy(traits -> assertThat(traits).contains("user_banned"));
        // The refusals changed nothing else: the code, the passkey and the session are still good.
        ban(user, "none");
        assertThat(SERVER.post(
                                "/verify",
                                "{\"type\":\"email\",\"email\":\"banned@example.com\",\"token\":\"" + code + "\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aCodeOfAnApplicationForABannedUserIsNoted() {
        Answer user = SERVER.signUp("banned-app@example.com", "secret-1");
        OAuthApp app = OAuthApp.confidential(SERVER);
        String code = app.code(user);
        ban(user, "1h");
        assertThat(app.redeem(code).text("error")).isEqualTo("invalid_grant");
        assertThat(failures(user))
                .hasSize(1)
                .first()
                .asString()
                .contains("user_banned")
                .contains(app.id);
    }
}
