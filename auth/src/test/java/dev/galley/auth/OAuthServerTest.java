package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Users sign in to other applications with their accounts here. */
class OAuthServerTest {
    private static final AuthServer SERVER = AuthServer.start(OAuthApp.SETTINGS);

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer user(String name) {
        return SERVER.signUp(name + "@example.com", "secret-1");
    }

    @Test
    void fromTheQuestionToTheTokens() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer alice = user("alice");
        Answer sent = app.authorize("nonce", "n-1");
        assertThat(sent.status()).isEqualTo(302);
        assertThat(sent.header("Location")).startsWith("https://site.example.com/oauth/consent?authorization_id=");
        String question = OAuthApp.parameters(sent.header("Location")).get("authorization_id");

        Answer details = app.details(question, alice, "Origin", "https://site.example.com");
        assertThat(details.json().path("client").path("name").asString("")).isEqualTo("An App");
        assertThat(details.json().path("user").path("email").asString("")).isEqualTo("alice@example.com");
        assertThat(details.text("scope")).isEqualTo("openid email profile");
        assertThat(details.text("redirect_uri")).isEqualTo(OAuthApp.CALLBACK);

        Answer agreed = app.decide(question, "approve", alice, "Origin", "https://site.example.com");
        Map<String, String> answer = OAuthApp.parameters(agreed.text("redirect_url"));
        assertThat(agreed.text("redirect_url")).startsWith(OAuthApp.CALLBACK + "?");
        assertThat(answer.get("state")).isEqualTo("a state&=");
        assertThat(answer.get("iss")).isEqualTo(SERVER.url());

        Answer tokens = app.redeem(answer.get("code"));
        assertThat(tokens.status()).as(tokens.response().body()).isEqualTo(200);
        assertThat(tokens.json().has("user")).isFalse();
        assertThat(tokens.text("scope")).isEqualTo("openid email profile");
        assertThat(tokens.header("Cache-Control")).isEqualTo("no-store");
        ObjectNode access = OAuthApp.claims(tokens.text("access_token"));
        assertThat(access.path("client_id").asString("")).isEqualTo(app.id);
        assertThat(access.path("scope").asString("")).isEqualTo("openid email profile");
        assertThat(access.path("role").asString("")).isEqualTo("authenticated");
        assertThat(access.path("amr").get(0).path("method").asString(""))
                .isEqualTo("oauth_provider/authorization_code");
        ObjectNode id = OAuthApp.claims(tokens.text("id_token"));
        assertThat(id.path("aud").asString("")).isEqualTo(app.id);
        assertThat(id.path("iss").asString("")).isEqualTo(SERVER.url());
        assertThat(id.path("nonce").asString("")).isEqualTo("n-1");
        assertThat(id.path("email").asString("")).isEqualTo("alice@example.com");
        assertThat(id.has("phone_number_verified")).isFalse();
        assertThat(id.path("auth_time").asLong()).isPositive();

        Answer info = SERVER.get("/oauth/userinfo", AuthServer.as(tokens));
        assertThat(info.text("sub")).isEqualTo(id.path("sub").asString(""));
        assertThat(info.json().path("email_verified").asBoolean()).isTrue();
        assertThat(SERVER.query(
                        "select payload ->> 'action' from auth.audit_log_entries where payload -> 'traits' ->> 'client_id' = '"
                                + app.id + "' order by created_at, payload ->> 'action'"))
                .containsExactlyInAnyOrder("oauth_client_created", "oauth_consent_given", "login");
    }

    @Test
    void refreshingRotatesAndMayOnlyNarrow() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer tokens = app.tokens(user("bob"));
        Answer narrow = app.refresh(tokens.text("refresh_token"), "scope", "openid");
        assertThat(narrow.text("scope")).isEqualTo("openid");
        assertThat(narrow.text("refresh_token")).isNotEqualTo(tokens.text("refresh_token"));
        assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(narrow)).json().has("email"))
                .isFalse();
        Answer wide = app.refresh(narrow.text("refresh_token"));
        assertThat(wide.text("scope")).isEqualTo("openid email profile");
        assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(wide)).text("email"))
                .isEqualTo("bob@example.com");
    }

    @Test
    void anOldRefreshTokenEndsWhatTheClientMayDo() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer first = app.tokens(user("reuse"));
        Answer second = app.refresh(first.text("refresh_token"));
        Answer third = app.refresh(second.text("refresh_token"));
        SERVER.clock.forward(Duration.ofMinutes(5));
        assertThat(app.refresh(first.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(app.refresh(third.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(third)).status()).isEqualTo(401);
    }

    @Test
    void threeWaysToAuthenticate() {
        Answer carol = user("carol");
        OAuthApp basic = OAuthApp.basic(SERVER);
        Map<String, String> form = Map.of(
                "grant_type", "authorization_code", "code", basic.code(carol), "code_verifier", OAuthClient.VERIFIER);
        Answer answer = basic.token(form, OAuthApp.basicAuth(basic.id, basic.secret));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        OAuthApp anyone = OAuthApp.anyone(SERVER);
        assertThat(anyone.secret).isEmpty();
        assertThat(anyone.tokens(carol).status()).isEqualTo(200);
        OAuthApp post = OAuthApp.confidential(SERVER);
        String json = "{\"grant_type\":\"authorization_code\",\"code\":\"" + post.code(carol)
                + "\",\"code_verifier\":\"" + OAuthClient.VERIFIER + "\",\"client_id\":\"" + post.id
                + "\",\"client_secret\":\"" + post.secret + "\"}";
        assertThat(SERVER.post("/oauth/token", json, "apikey", "").status()).isEqualTo(200);
    }

    @Test
    void aConsentIsRememberedUntilItIsRevoked() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer dave = user("dave");
        Answer tokens = app.tokens(dave);
        assertThat(app.details(app.question(), dave).json().has("redirect_url")).isTrue();
        assertThat(app.details(app.question("scope", "phone"), dave).json().has("redirect_url"))
                .isFalse();
        assertThat(app.details(app.question("prompt", "consent"), dave).json().has("redirect_url"))
                .isFalse();
        String pending = app.code(dave);

        Answer grants = SERVER.get("/user/oauth/grants", AuthServer.as(dave));
        assertThat(grants.response().body()).startsWith("[{\"client\":{\"id\":\"" + app.id + "\"");
        assertThat(SERVER.send("DELETE", "/user/oauth/grants?client_id=" + app.id, "", AuthServer.as(dave))
                        .status())
                .isEqualTo(204);
        assertThat(SERVER.get("/user/oauth/grants", AuthServer.as(dave))
                        .response()
                        .body())
                .isEqualTo("[]");
        assertThat(app.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(tokens)).status())
                .isEqualTo(401);
        assertThat(app.redeem(pending).text("error")).isEqualTo("invalid_grant");
        assertThat(app.details(app.question(), dave).json().has("redirect_url")).isFalse();
        assertThat(SERVER.send("DELETE", "/user/oauth/grants?client_id=" + app.id, "", AuthServer.as(dave))
                        .text("code"))
                .isEqualTo("oauth_consent_not_found");
        assertThat(SERVER.get("/user", AuthServer.as(dave)).status()).isEqualTo(200);
    }

    @Test
    void aPublicClientWhoseAddressAnybodyCanTakeAsksEachTime() {
        Answer created = OAuthApp.create(
                SERVER,
                "{\"client_type\":\"public\",\"redirect_uris\":[\"http://127.0.0.1:9999/cb\"],\"client_name\":\"Tool\"}");
        Answer erin = user("erin");
        OAuthApp app = OAuthApp.confidential(SERVER);
        for (int i = 0; i < 2; i++) {
            String question =
                    app.question("client_id", created.text("client_id"), "redirect_uri", "http://127.0.0.1:9999/cb");
            assertThat(app.details(question, erin).json().has("redirect_url")).isFalse();
            assertThat(app.decide(question, "approve", erin).text("redirect_url"))
                    .startsWith("http://127.0.0.1:9999/cb?code=");
        }
    }

    @Test
    void denyingTellsTheClient() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer frank = user("frank");
        String question = app.question();
        app.details(question, frank);
        Map<String, String> answer =
                OAuthApp.parameters(app.decide(question, "deny", frank).text("redirect_url"));
        assertThat(answer).containsEntry("error", "access_denied").containsEntry("iss", SERVER.url());
        assertThat(app.decide(question, "approve", frank).text("code")).isEqualTo("validation_failed");
        assertThat(SERVER.get("/user/oauth/grants", AuthServer.as(frank))
                        .response()
                        .body())
                .isEqualTo("[]");
    }

    @Test
    void theDocumentsSayWhatThereIs() {
        Answer discovery = SERVER.get("/.well-known/openid-configuration", "apikey", "");
        assertThat(discovery.text("issuer")).isEqualTo(SERVER.url());
        assertThat(discovery.text("token_endpoint")).isEqualTo(SERVER.url() + "/oauth/token");
        assertThat(discovery.json().path("code_challenge_methods_supported").toString())
                .isEqualTo("[\"S256\"]");
        assertThat(discovery
                        .json()
                        .path("id_token_signing_alg_values_supported")
                        .toString())
                .isEqualTo("[\"ES256\"]");
        assertThat(discovery.json().has("registration_endpoint")).isFalse();
        String root = SERVER.url().replace("/auth/v1", "");
        for (String url : new String[] {
            SERVER.url() + "/.well-known/oauth-authorization-server",
            root + "/.well-known/oauth-authorization-server",
            root + "/.well-known/oauth-authorization-server/auth/v1"
        }) {
            assertThat(SERVER.get(url, "apikey", "").json()).as(url).isEqualTo(discovery.json());
        }
    }

    @Test
    void nothingOfItIsThereUnlessItIsEnabled() {
        try (AuthServer off = AuthServer.start("auth.email.enable-confirmations=false")) {
            Answer user = off.signUp("off@example.com", "secret-1");
            assertThat(off.get("/oauth/authorize?client_id=x").text("code")).isEqualTo("feature_disabled");
            assertThat(off.post("/oauth/token", "").text("code")).isEqualTo("feature_disabled");
            assertThat(off.get("/.well-known/oauth-authorization-server").status())
                    .isEqualTo(404);
            assertThat(off.get("/.well-known/openid-configuration").status()).isEqualTo(200);
            assertThat(off.get("/user/oauth/grants", AuthServer.as(user)).status())
                    .isEqualTo(404);
            assertThat(off.get("/admin/oauth/clients", off.asAdmin()).status()).isEqualTo(404);
            assertThat(off.post("/oauth/clients/register", "{}").status()).isEqualTo(404);
        }
    }

    @Test
    void withoutAPublicKeyThereAreNoIdTokens() {
        try (AuthServer server = AuthServer.start(
                OAuthApp.SETTINGS[0], OAuthApp.SETTINGS[1], OAuthApp.SETTINGS[2], "auth.sign-with=jwt-secret")) {
            OAuthApp app = OAuthApp.confidential(server);
            Answer user = server.signUp("hs@example.com", "secret-1");
            Map<String, String> refused = OAuthApp.parameters(app.authorize().header("Location"));
            assertThat(refused).containsEntry("error", "invalid_scope");
            Answer tokens = app.tokens(user, "scope", "email");
            assertThat(tokens.status()).isEqualTo(200);
            assertThat(tokens.json().has("id_token")).isFalse();
            assertThat(server.get("/.well-known/openid-configuration")
                            .json()
                            .path("scopes_supported")
                            .toString())
                    .doesNotContain("openid");
        }
    }

    @Test
    void signingInHereAndThereDoNotDisturbEachOther() {
        try (AuthServer server = AuthServer.start(
                OAuthApp.SETTINGS[0],
                OAuthApp.SETTINGS[1],
                OAuthApp.SETTINGS[2],
                "auth.sessions.single-per-user=true")) {
            OAuthApp app = OAuthApp.confidential(server);
            Answer user = server.signUp("single@example.com", "secret-1");
            Answer tokens = app.tokens(user);
            assertThat(server.get("/user", AuthServer.as(user)).status()).isEqualTo(200);
            Answer later = server.signIn("single@example.com", "secret-1");
            assertThat(server.get("/user", AuthServer.as(user)).status()).isEqualTo(403);
            assertThat(server.get("/user", AuthServer.as(tokens)).status()).isEqualTo(200);
            assertThat(server.post("/logout?scope=local", "", AuthServer.as(tokens))
                            .status())
                    .isEqualTo(204);
            assertThat(server.get("/user", AuthServer.as(later)).status()).isEqualTo(200);
            assertThat(server.get("/user", AuthServer.as(tokens)).status()).isEqualTo(403);
        }
    }
}
