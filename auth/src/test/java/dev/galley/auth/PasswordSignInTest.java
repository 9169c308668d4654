package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Sign-up, sign-in, user, sign-out: with a password, where addresses need not be confirmed. */
class PasswordSignInTest {
    private static final AuthServer SERVER = AuthServer.start("auth.email.enable-confirmations=false");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void aNewUserIsSignedInAtOnce() {
        Answer session = SERVER.post(
                "/signup", "{\"email\":\"New@Example.com\",\"password\":\"secret-1\",\"data\":{\"name\":\"N\"}}");
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        assertThat(session.text("token_type")).isEqualTo("bearer");
        assertThat(session.json().path("expires_in").asInt()).isEqualTo(3600);
        var user = session.json().path("user");
        assertThat(user.path("email").asString()).isEqualTo("new@example.com");
        assertThat(user.path("role").asString()).isEqualTo("authenticated");
        assertThat(user.path("user_metadata").path("name").asString()).isEqualTo("N");
        assertThat(user.path("app_metadata").path("providers").path(0).asString())
                .isEqualTo("email");
        assertThat(user.path("identities")
                        .path(0)
                        .path("identity_data")
                        .path("email_verified")
                        .asBoolean())
                .isTrue();
        assertThat(session.response().body()).doesNotContain("argon2", "encrypted_password", "hmac");

        Answer me = SERVER.get("/user", AuthServer.as(session));
        assertThat(me.status()).isEqualTo(200);
        assertThat(me.text("id")).isEqualTo(user.path("id").asString());
        assertThat(me.text("last_sign_in_at")).endsWith("Z");
    }

    @Test
    void onlyTheRightPasswordOpens() {
        SERVER.signUp("right@example.com", "secret-1");
        assertThat(SERVER.signIn("RIGHT@example.com", "secret-1").status()).isEqualTo(200);
        Answer wrong = SERVER.signIn("right@example.com", "secret-2");
        Answer nobody = SERVER.signIn("nobody@example.com", "secret-2");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text("code")).isEqualTo("invalid_credentials");
        assertThat(wrong.text("message")).isEqualTo("Invalid login credentials");
        assertThat(wrong.header("x-sb-error-code")).isEqualTo("invalid_credentials");
        assertThat(nobody.status()).isEqualTo(wrong.status());
        assertThat(nobody.response().body()).isEqualTo(wrong.response().body());
    }

    @Test
    void anAddressIsTakenOnce() {
        SERVER.signUp("twice@example.com", "secret-1");
        Answer again = SERVER.signUp("twice@example.com", "secret-1");
        assertThat(again.status()).isEqualTo(422);
        assertThat(again.text("code")).isEqualTo("user_already_exists");
        assertThat(SERVER.query("select count(*) from auth.users where email = 'twice@example.com'"))
                .containsExactly("1");
    }

    @Test
    void anOlderClientGetsTheOlderShapeOfErrors() {
        Answer wrong = SERVER.post("/token?grant_type=password", "{}", "X-Supabase-Api-Version", "");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().path("code").asInt()).isEqualTo(400);
        assertThat(wrong.text("error_code")).isEqualTo("validation_failed");
        assertThat(wrong.text("msg")).isEqualTo("missing email or phone");
    }

    @Test
    void aPasswordMayBeTooWeak() {
        Answer weak = SERVER.signUp("weak@example.com", "12345");
        assertThat(weak.status()).isEqualTo(422);
        assertThat(weak.text("code")).isEqualTo("weak_password");
        assertThat(weak.json().path("weak_password").path("reasons").path(0).asString())
                .isEqualTo("length");
        assertThat(SERVER.query("select 1 from auth.users where email = 'weak@example.com'"))
                .isEmpty();
    }

    @Test
    void aSessionEndsForGood() {
        SERVER.signUp("out@example.com", "secret-1");
        Answer one = SERVER.signIn("out@example.com", "secret-1");
        Answer two = SERVER.signIn("out@example.com", "secret-1");

        assertThat(SERVER.post("/logout?scope=others", "", AuthServer.as(one)).status())
                .isEqualTo(204);
        assertThat(SERVER.get("/user", AuthServer.as(two)).text("code")).isEqualTo("session_not_found");
        assertThat(SERVER.refresh(two.text("refresh_token")).text("code")).isEqualTo("refresh_token_not_found");
        assertThat(SERVER.get("/user", AuthServer.as(one)).status()).isEqualTo(200);

        assertThat(SERVER.post("/logout", "", AuthServer.as(one)).status()).isEqualTo(204);
        Answer after = SERVER.get("/user", AuthServer.as(one));
        assertThat(after.status()).isEqualTo(403);
        assertThat(after.text("code")).isEqualTo("session_not_found");
    }

    @Test
    void badInputIsRefusedAndChangesNothing() {
        String before = SERVER.query("select count(*) from auth.users").getFirst();
        assertThat(SERVER.post("/signup", "{").text("code")).isEqualTo("bad_json");
        assertThat(SERVER.post("/signup", "[]").text("code")).isEqualTo("bad_json");
        assertThat(SERVER.post("/signup", "{\"email\":1,\"password\":\"secret-1\"}")
                        .text("code"))
                .isEqualTo("bad_json");
        assertThat(SERVER.signUp("no address", "secret-1").text("code")).isEqualTo("validation_failed");
        assertThat(SERVER.signUp("a\\u0000b@example.com", "secret-1").text("code"))
                .isEqualTo("validation_failed");
        assertThat(SERVER.post(
                                "/signup",
                                "{\"email\":\"n@example.com\",\"password\":\"secret-1\",\"data\":{\"a\":\"\\u0000\"}}")
                        .text("code"))
                .isEqualTo("validation_failed");
        assertThat(SERVER.post("/token?grant_type=nothing", "{}").status()).isEqualTo(400);
        assertThat(SERVER.get("/user").status()).isEqualTo(403);
        assertThat(SERVER.get("/user", "Authorization", "Bearer x.y.z").text("code"))
                .isEqualTo("bad_jwt");
        assertThat(SERVER.send("POST", "/signup", "{}", "apikey", "wrong").text("code"))
                .isEqualTo("no_authorization");
        assertThat(SERVER.query("select count(*) from auth.users")).containsExactly(before);
    }

    @Test
    void whatAUserMaySetIsLimited() {
        Answer session = SERVER.post(
                "/signup",
                "{\"email\":\"mass@example.com\",\"password\":\"secret-1\",\"role\":\"service_role\",\"aud\":\"x\","
                        + "\"app_metadata\":{\"admin\":true},\"email_confirmed_at\":\"2020-01-01\",\"id\":\"00000000-0000-0000-0000-000000000001\"}");
        var user = session.json().path("user");
        assertThat(user.path("role").asString()).isEqualTo("authenticated");
        assertThat(user.path("aud").asString()).isEqualTo("authenticated");
        assertThat(user.path("app_metadata").has("admin")).isFalse();
        Answer refused = SERVER.send("PUT", "/user", "{\"app_metadata\":{\"admin\":true}}", AuthServer.as(session));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text("code")).isEqualTo("not_admin");
        SERVER.send("PUT", "/user", "{\"role\":\"service_role\",\"data\":{\"a\":1,\"b\":2}}", AuthServer.as(session));
        Answer after = SERVER.send("PUT", "/user", "{\"data\":{\"a\":null}}", AuthServer.as(session));
        assertThat(after.text("role")).isEqualTo("authenticated");
        assertThat(after.json().path("user_metadata").toString()).isEqualTo("{\"b\":2}");
    }
}
