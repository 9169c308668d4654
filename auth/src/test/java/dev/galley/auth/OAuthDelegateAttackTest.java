package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks by clients, and what is left of a client's rights when it, or its user, goes. */
class OAuthDelegateAttackTest {
    private static final AuthServer SERVER = AuthServer.start(
            OAuthApp.SETTINGS[0], OAuthApp.SETTINGS[1], OAuthApp.SETTINGS[2], "auth.enable-manual-linking=true");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer user(String name) {
        return SERVER.signUp(name + "@example.com", "secret-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT|/user|{\"password\":\"secret-2\"}",
                "PUT|/user|{\"email\":\"mine@example.com\"}",
                "PUT|/user|{\"data\":{\"a\":1}}",
                "GET|/reauthenticate|",
                "POST|/logout|",
                "POST|/logout?scope=others|",
                "POST|/factors|{\"factor_type\":\"totp\",\"friendly_name\":\"mine\"}",
                "DELETE|/factors/00000000-0000-0000-0000-000000000000|",
                "POST|/factors/recovery-codes|",
                "DELETE|/user/identities/00000000-0000-0000-0000-000000000000|",
                "GET|/user/oauth/grants|",
                "DELETE|/user/oauth/grants?client_id=00000000-0000-0000-0000-000000000000|"
            })
    void aClientsTokenCannotChangeTheUser(String method, String path, String body) {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer user = user("user" + Math.abs((method + path + body).hashCode()));
        Answer tokens = app.tokens(user);
        String text = body == null ? "" : body;
        Answer answer = SERVER.send(method, path, text, AuthServer.as(tokens));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(403);
        assertThat(answer.text("code")).isEqualTo("no_authorization");
        assertThat(SERVER.get("/user", AuthServer.as(user)).status()).isEqualTo(200);
        assertThat(SERVER.query("select 1 from auth.mfa_factors")).isEmpty();
    }

    @Test
    void aClientCannotAgreeForTheUser() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer user = user("agree");
        Answer tokens = app.tokens(user, "scope", "email");
        OAuthApp other = OAuthApp.confidential(SERVER);
        String question = other.question();
        assertThat(other.details(question, tokens).text("code")).isEqualTo("no_authorization");
        other.details(question, user);
        assertThat(other.decide(question, "approve", tokens).text("code")).isEqualTo("no_authorization");
    }

    @Test
    void anAdministratorsRightsAreNotLentToClients() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer user = user("boss");
        SERVER.execute("update auth.users set role = 'service_role' where email = 'boss@example.com'");
        Answer own = SERVER.signIn("boss@example.com", "secret-1");
        assertThat(SERVER.get("/admin/users", AuthServer.as(own)).status()).isEqualTo(200);
        assertThat(SERVER.get("/admin/users", AuthServer.as(app.tokens(user))).text("code"))
                .isEqualTo("no_authorization");
    }

    @Test
    void anIdTokenOpensNothing() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer tokens = app.tokens(user("idtoken"));
        String[] as = {"Authorization", "Bearer " + tokens.text("id_token")};
        assertThat(SERVER.get("/user", as).status()).isEqualTo(403);
        assertThat(SERVER.send("PUT", "/user", "{\"password\":\"secret-2\"}", as)
                        .status())
                .isEqualTo(403);
        assertThat(SERVER.get("/oauth/userinfo", as).status()).isEqualTo(401);
    }

    @Test
    void aHookCannotHideTheClient() {
        try (AuthServer server = AuthServer.start(
                OAuthApp.SETTINGS[0],
                OAuthApp.SETTINGS[1],
                OAuthApp.SETTINGS[2],
                "auth.hook.custom-access-token.enabled=true",
                "auth.hook.custom-access-token.uri=pg-functions://postgres/public/shorter")) {
            server.execute("create function public.shorter(event jsonb) returns jsonb language sql as"
                    + " $$ select jsonb_build_object('claims', (event -> 'claims') - 'client_id' - 'scope') $$;"
                    + " grant usage on schema public to supabase_auth_admin");
            OAuthApp app = OAuthApp.confidential(server);
            Answer tokens = app.tokens(server.signUp("hook@example.com", "secret-1"), "scope", "email");
            assertThat(OAuthApp.claims(tokens.text("access_token"))
                            .path("client_id")
                            .asString(""))
                    .isEqualTo(app.id);
            assertThat(server.get("/oauth/userinfo", AuthServer.as(tokens)).text("email"))
                    .isEqualTo("hook@example.com");
        }
    }

    /** A rank test, as for passwords. */
    @Test
    void theTimeOfARefusalTellsNotWhetherTheClientExists() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        int samples = 60;
        long[] known = new long[samples];
        long[] unknown = new long[samples];
        for (int i = -20; i < samples; i++) {
            long a = nanos(app, app.id);
            long b = nanos(app, "00000000-0000-0000-0000-000000000001");
            if (i >= 0) {
                known[i] = a;
                unknown[i] = b;
            }
        }
        assertThat(Math.abs(GuessingTest.z(known, unknown))).isLessThan(4);
    }

    private static long nanos(OAuthApp app, String id) {
        long start = System.nanoTime();
        app.redeem("x", "client_id", id, "client_secret", "wrong");
        return System.nanoTime() - start;
    }

    @Test
    void aPublicClientWithASecretIsNoClient() {
        OAuthApp app = OAuthApp.anyone(SERVER);
        String code = app.code(user("public"));
        assertThat(app.redeem(code, "client_secret", "guess").text("error")).isEqualTo("invalid_client");
        Map<String, String> form =
                Map.of("grant_type", "authorization_code", "code", code, "code_verifier", OAuthClient.VERIFIER);
        assertThat(app.token(form, OAuthApp.basicAuth(app.id, "")).text("error"))
                .isEqualTo("invalid_client");
        assertThat(app.redeem(code).status()).isEqualTo(200);
    }

    @Test
    void onlyTheRegisteredMethodAuthenticates() {
        OAuthApp post = OAuthApp.confidential(SERVER);
        OAuthApp basic = OAuthApp.basic(SERVER);
        Answer user = user("method");
        String code = post.code(user);
        Map<String, String> form =
                Map.of("grant_type", "authorization_code", "code", code, "code_verifier", OAuthClient.VERIFIER);
        Answer wrong = post.token(form, OAuthApp.basicAuth(post.id, post.secret));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.header("WWW-Authenticate")).startsWith("Basic");
        assertThat(basic.redeem(basic.code(user)).text("error")).isEqualTo("invalid_client");
        Map<String, String> both = Map.of(
                "grant_type", "authorization_code", "code", code, "client_id", post.id, "client_secret", post.secret);
        assertThat(post.token(both, OAuthApp.basicAuth(post.id, post.secret)).text("error"))
                .isEqualTo("invalid_request");
        assertThat(post.token(form, "Authorization", "Basic not/base64=").text("error"))
                .isEqualTo("invalid_client");
        assertThat(post.token(form).text("error")).isEqualTo("invalid_client");
        assertThat(post.redeem(code, "client_secret", "-").text("error")).isEqualTo("invalid_client");
        assertThat(post.redeem(code).status()).isEqualTo(200);
    }

    @Test
    void anUnknownClientAndAWrongSecretAreNotToldApart() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer wrong = app.redeem("x", "client_secret", "wrong");
        for (String id : new String[] {"00000000-0000-0000-0000-000000000001", "no-uuid", OAuthApp.basic(SERVER).id}) {
            Answer unknown = app.redeem("x", "client_id", id, "client_secret", "wrong");
            assertThat(unknown.status()).isEqualTo(401);
            assertThat(unknown.response().body()).isEqualTo(wrong.response().body());
            assertThat(unknown.response().headers().map().keySet())
                    .isEqualTo(wrong.response().headers().map().keySet());
        }
    }

    @Test
    void aNewSecretReplacesTheOldOne() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer renewed = SERVER.post("/admin/oauth/clients/" + app.id + "/regenerate_secret", "", SERVER.asAdmin());
        String code = app.code(user("renew"));
        assertThat(app.redeem(code).text("error")).isEqualTo("invalid_client");
        assertThat(app.redeem(code, "client_secret", renewed.text("client_secret"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aDeletedClientTakesItsSessionsAlong() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer user = user("deleted-client");
        Answer tokens = app.tokens(user);
        String code = app.code(user);
        String question = app.question("prompt", "consent");
        assertThat(SERVER.send("DELETE", "/admin/oauth/clients/" + app.id, "", SERVER.asAdmin())
                        .status())
                .isEqualTo(204);
        assertThat(app.redeem(code).text("error")).isEqualTo("invalid_client");
        assertThat(app.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_client");
        assertThat(SERVER.get("/user", AuthServer.as(tokens)).text("code")).isEqualTo("session_not_found");
        assertThat(app.details(question, user).text("code")).isEqualTo("oauth_authorization_not_found");
        assertThat(app.authorize().status()).isEqualTo(400);
        assertThat(SERVER.get("/user", AuthServer.as(user)).status()).isEqualTo(200);
    }

    @Test
    void aClientDisabledInTheDatabaseGetsNothingMore() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer user = user("disabled-client");
        Answer tokens = app.tokens(user);
        String code = app.code(user);
        String question = app.question("prompt", "consent");
        app.details(question, user);
        SERVER.execute("update auth.oauth_clients set deleted_at = now() where id = '" + app.id + "'");
        assertThat(app.redeem(code).text("error")).isEqualTo("invalid_client");
        assertThat(app.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_client");
        assertThat(app.decide(question, "approve", user).text("code")).isEqualTo("oauth_authorization_not_found");
        assertThat(app.authorize().header("Location")).isEmpty();
    }

    @Test
    void anAddressThatTheClientGaveUpGetsNoCode() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer user = user("moved");
        String question = app.question();
        app.details(question, user);
        SERVER.send(
                "PUT",
                "/admin/oauth/clients/" + app.id,
                "{\"redirect_uris\":[\"https://new.example.com/cb\"]}",
                SERVER.asAdmin());
        assertThat(app.decide(question, "approve", user).text("code")).isEqualTo("oauth_authorization_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"banned", "deleted", "softly"})
    void nothingComesForAUserWhoIsGone(String how) {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer user = user("gone-" + how);
        Answer tokens = app.tokens(user);
        String code = app.code(user);
        String path = "/admin/users/" + user.json().path("user").path("id").asString("");
        Answer done = switch (how) {
            case "banned" -> SERVER.send("PUT", path, "{\"ban_duration\":\"24h\"}", SERVER.asAdmin());
            case "softly" -> SERVER.send("DELETE", path, "{\"should_soft_delete\":true}", SERVER.asAdmin());
            default -> SERVER.send("DELETE", path, "", SERVER.asAdmin());
        };
        assertThat(done.status()).isEqualTo(200);
        assertThat(app.redeem(code).text("error")).isEqualTo("invalid_grant");
        assertThat(app.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(tokens)).status())
                .isEqualTo(401);
    }

    @Test
    void aNewPasswordEndsWhatClientsMayDo() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer user = user("password");
        Answer tokens = app.tokens(user);
        String underWay = app.code(user);
        assertThat(SERVER.send("PUT", "/user", "{\"password\":\"secret-2\"}", AuthServer.as(user))
                        .status())
                .isEqualTo(200);
        assertThat(app.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(app.redeem(underWay).text("error")).isEqualTo("invalid_grant");
        String later = app.code(user);
        assertThat(SERVER.post("/logout?scope=global", "", AuthServer.as(user)).status())
                .isEqualTo(204);
        assertThat(app.redeem(later).text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void tooManyQuestionsAndTokensAreRefused() {
        try (AuthServer server = AuthServer.start(
                OAuthApp.SETTINGS[0],
                OAuthApp.SETTINGS[1],
                OAuthApp.SETTINGS[2],
                "auth.rate-limit.oauth-requests=3",
                "auth.rate-limit.oauth-registrations=1",
                "auth.oauth-server.allow-dynamic-registration=true")) {
            OAuthApp app = OAuthApp.confidential(server);
            for (int i = 0; i < 3; i++) {
                app.redeem("guess");
                app.authorize();
            }
            Answer guess = app.redeem("guess");
            assertThat(guess.status()).isEqualTo(429);
            assertThat(guess.text("error")).isEqualTo("temporarily_unavailable");
            assertThat(guess.header("Retry-After")).isNotEmpty();
            assertThat(app.authorize().status()).isEqualTo(429);
            String json = "{\"redirect_uris\":[\"https://a.example.com/cb\"]}";
            assertThat(server.post("/oauth/clients/register", json).status()).isEqualTo(201);
            assertThat(server.post("/oauth/clients/register", json).status()).isEqualTo(429);
        }
    }
}
