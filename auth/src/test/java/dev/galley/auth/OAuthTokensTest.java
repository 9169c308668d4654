package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of an application's tokens: given back (RFC 7009), explained (RFC 7662), for a resource (RFC 8707), refreshed. */
class OAuthTokensTest {
    private static final AuthServer SERVER = AuthServer.start(OAuthApp.SETTINGS);
    private static final String[] FORM = {"Content-Type", "application/x-www-form-urlencoded", "apikey", ""};

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer user(String name) {
        return SERVER.signUp(name + "@example.com", "secret-1");
    }

    private static Answer post(String path, OAuthApp app, String token, String... more) {
        Map<String, String> form = new HashMap<>();
        form.put("client_id", app.id);
        form.put("client_secret", app.secret);
        form.put("token", token);
        for (int i = 0; i < more.length; i += 2) {
            form.put(more[i], more[i + 1]);
        }
        form.values().removeIf(String::isEmpty);
        return SERVER.post(path, OAuthApp.form(form), FORM);
    }

    private static Answer asService(String token) {
        return SERVER.post(
                "/oauth/introspect",
                OAuthApp.form(Map.of("token", token)),
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Authorization",
                "Bearer " + SERVER.keys.serviceRoleKey());
    }

    private static boolean active(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.json().path("active").asBoolean();
    }

    @Test
    void revokingEitherTokenEndsBoth() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer alice = user("alice");
        for (String which : new String[] {"refresh_token", "access_token"}) {
            Answer tokens = app.tokens(alice);
            Answer revoked = post("/oauth/revoke", app, tokens.text(which), "token_type_hint", "nonsense");
            assertThat(revoked.status()).as(revoked.response().body()).isEqualTo(200);
            assertThat(revoked.response().body()).isEmpty();
            assertThat(app.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
            assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(tokens)).status())
                    .isEqualTo(401);
            assertThat(post("/oauth/revoke", app, tokens.text(which)).status()).isEqualTo(200);
        }
        assertThat(SERVER.get("/user", AuthServer.as(alice)).status()).isEqualTo(200);
        assertThat(SERVER.query("select count(*) from auth.audit_log_entries where payload -> 'traits' ->> 'action' ="
                        + " 'revoked_by_client' and payload -> 'traits' ->> 'client_id' = '" + app.id + "'"))
                .containsExactly("2");
    }

    @Test
    void nobodyRevokesWhatIsNotTheirs() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        OAuthApp other = OAuthApp.confidential(SERVER);
        OAuthApp anyone = OAuthApp.anyone(SERVER);
        Answer bob = user("bob");
        Answer tokens = app.tokens(bob);
        for (OAuthApp stranger : new OAuthApp[] {other, anyone}) {
            assertThat(post("/oauth/revoke", stranger, tokens.text("refresh_token"))
                            .text("error"))
                    .isEqualTo("invalid_grant");
            assertThat(post("/oauth/revoke", stranger, tokens.text("access_token"))
                            .text("error"))
                    .isEqualTo("invalid_grant");
        }
        assertThat(post("/oauth/revoke", app, tokens.text("refresh_token"), "client_secret", "wrong")
                        .status())
                .isEqualTo(401);
        assertThat(post("/oauth/revoke", app, "").text("error")).isEqualTo("invalid_request");
        // The user's own tokens are no application's.
        assertThat(post("/oauth/revoke", app, bob.text("access_token")).status())
                .isEqualTo(200);
        assertThat(post("/oauth/revoke", app, bob.text("refresh_token")).status())
                .isEqualTo(200);
        assertThat(SERVER.get("/user", AuthServer.as(bob)).status()).isEqualTo(200);
        assertThat(SERVER.refresh(bob.text("refresh_token")).status()).isEqualTo(200);
        assertThat(app.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void aPublicClientGivesItsTokensBackByItsNameAlone() {
        OAuthApp anyone = OAuthApp.anyone(SERVER);
        Answer tokens = anyone.tokens(user("public"));
        assertThat(post("/oauth/revoke", anyone, tokens.text("refresh_token")).status())
                .isEqualTo(200);
        assertThat(anyone.refresh(tokens.text("refresh_token")).status()).isEqualTo(400);
    }

    @Test
    void introspectionTellsTheClientOfItsOwnTokens() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer carol = user("carol");
        Answer tokens = app.tokens(carol);
        Answer access = post("/oauth/introspect", app, tokens.text("access_token"));
        assertThat(active(access)).isTrue();
        assertThat(access.text("client_id")).isEqualTo(app.id);
        assertThat(access.text("scope")).isEqualTo("openid email profile");
        assertThat(access.text("token_type")).isEqualTo("Bearer");
        assertThat(access.text("sub"))
                .isEqualTo(carol.json().path("user").path("id").asString(""));
        assertThat(access.text("iss")).isEqualTo(SERVER.url());
        assertThat(access.json().path("exp").asLong())
                .isGreaterThan(SERVER.clock.instant().getEpochSecond());
        assertThat(access.json().has("email")).isFalse();
        assertThat(access.header("Cache-Control")).isEqualTo("no-store");
        Answer refresh = post("/oauth/introspect", app, tokens.text("refresh_token"));
        assertThat(active(refresh)).isTrue();
        assertThat(refresh.json().has("token_type")).isFalse();
        assertThat(active(asService(tokens.text("access_token")))).isTrue();
        assertThat(active(asService(tokens.text("refresh_token")))).isTrue();

        Answer next = app.refresh(tokens.text("refresh_token"), "scope", "email");
        assertThat(active(post("/oauth/introspect", app, tokens.text("refresh_token"))))
                .isFalse();
        assertThat(post("/oauth/introspect", app, next.text("access_token")).text("scope"))
                .isEqualTo("email");
    }

    @Test
    void introspectionTellsNobodyElse() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer dave = user("dave");
        Answer tokens = app.tokens(dave);
        OAuthApp other = OAuthApp.confidential(SERVER);
        for (String token : new String[] {
            tokens.text("access_token"),
            tokens.text("refresh_token"),
            dave.text("access_token"),
            dave.text("refresh_token"),
            tokens.text("id_token"),
            SERVER.keys.serviceRoleKey(),
            "nonsense",
            "x".repeat(100_000)
        }) {
            Answer answer = post("/oauth/introspect", other, token);
            assertThat(answer.response().body()).isEqualTo("{\"active\":false}");
        }
        for (String token :
                new String[] {dave.text("access_token"), dave.text("refresh_token"), tokens.text("id_token")}) {
            assertThat(asService(token).response().body()).isEqualTo("{\"active\":false}");
        }
        OAuthApp anyone = OAuthApp.anyone(SERVER);
        assertThat(post("/oauth/introspect", anyone, anyone.tokens(dave).text("access_token"))
                        .status())
                .isEqualTo(401);
        String form = OAuthApp.form(Map.of("token", tokens.text("access_token")));
        for (String bearer : new String[] {dave.text("access_token"), tokens.text("access_token")}) {
            assertThat(SERVER.post(
                                    "/oauth/introspect",
                                    form,
                                    "Content-Type",
                                    "application/x-www-form-urlencoded",
                                    "Authorization",
                                    "Bearer " + bearer)
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void aTokenIsInactiveWhenItsUserOrSessionIsGone() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer erin = user("erin");
        String id = erin.json().path("user").path("id").asString("");
        Answer tokens = app.tokens(erin);
        SERVER.send("PUT", "/admin/users/" + id, "{\"ban_duration\":\"1h\"}", SERVER.asAdmin());
        assertThat(active(post("/oauth/introspect", app, tokens.text("access_token"))))
                .isFalse();
        assertThat(active(asService(tokens.text("refresh_token")))).isFalse();
        SERVER.send("PUT", "/admin/users/" + id, "{\"ban_duration\":\"none\"}", SERVER.asAdmin());
        SERVER.send("DELETE", "/admin/users/" + id, "{}", SERVER.asAdmin());
        assertThat(active(asService(tokens.text("access_token")))).isFalse();
    }

    @Test
    void anExpiredAccessTokenIsInactive() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer tokens = app.tokens(user("late"));
        SERVER.clock.forward(Duration.ofHours(2));
        assertThat(active(asService(tokens.text("access_token")))).isFalse();
        assertThat(active(asService(tokens.text("refresh_token")))).isTrue();
    }

    @Test
    void theResourceIsTheAudienceAlsoAfterRefreshes() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer frank = user("frank");
        String resource = "https://mcp.example.com/v1";
        Answer tokens = app.tokens(frank, "resource", resource);
        for (Answer answer : new Answer[] {
            tokens,
            app.refresh(tokens.text("refresh_token"), "resource", resource),
            app.refresh(tokens.text("refresh_token"))
        }) {
            assertThat(OAuthApp.claims(answer.text("access_token")).path("aud").toString())
                    .isEqualTo("[\"authenticated\",\"" + resource + "\"]");
            assertThat(SERVER.get("/oauth/userinfo", AuthServer.as(answer)).status())
                    .isEqualTo(200);
        }
        assertThat(app.refresh(tokens.text("refresh_token"), "resource", "https://evil.example.com")
                        .text("error"))
                .isEqualTo("invalid_target");
        assertThat(app.redeem(app.code(frank, "resource", resource), "resource", "https://evil.example.com")
                        .text("error"))
                .isEqualTo("invalid_target");
        Answer without = app.tokens(frank);
        assertThat(OAuthApp.claims(without.text("access_token")).path("aud").asString(""))
                .isEqualTo("authenticated");
        assertThat(app.refresh(without.text("refresh_token"), "resource", resource)
                        .text("error"))
                .isEqualTo("invalid_target");
    }

    @Test
    void aRefreshBringsAnIdTokenOfTheSameSignIn() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Answer tokens = app.tokens(user("grace"), "nonce", "n-1");
        ObjectNode first = OAuthApp.claims(tokens.text("id_token"));
        SERVER.clock.forward(Duration.ofMinutes(10));
        Answer refreshed = app.refresh(tokens.text("refresh_token"));
        ObjectNode second = OAuthApp.claims(refreshed.text("id_token"));
        for (String same : new String[] {"iss", "sub", "aud", "auth_time", "email"}) {
            assertThat(second.path(same)).as(same).isEqualTo(first.path(same));
        }
        assertThat(second.path("iat").asLong()).isEqualTo(first.path("iat").asLong() + 600);
        assertThat(second.has("nonce")).isFalse();
        Answer narrow = app.refresh(refreshed.text("refresh_token"), "scope", "email");
        assertThat(narrow.json().has("id_token")).isFalse();
    }

    @Test
    void theQuestionMayBePosted() {
        OAuthApp app = OAuthApp.confidential(SERVER);
        Map<String, String> form = new HashMap<>(Map.of(
                "client_id",
                app.id,
                "redirect_uri",
                OAuthApp.CALLBACK,
                "response_type",
                "code",
                "scope",
                "openid",
                "code_challenge",
                OAuthClient.CHALLENGE,
                "code_challenge_method",
                "S256"));
        Answer sent = SERVER.post("/oauth/authorize", OAuthApp.form(form), FORM);
        assertThat(sent.status()).isEqualTo(302);
        assertThat(sent.header("Location")).startsWith("https://site.example.com/oauth/consent?authorization_id=");
        form.put("response_type", "token");
        assertThat(SERVER.post("/oauth/authorize", OAuthApp.form(form), FORM).header("Location"))
                .startsWith(OAuthApp.CALLBACK + "?error=unsupported_response_type");
        form.put("redirect_uri", "https://evil.example.com");
        assertThat(SERVER.post("/oauth/authorize", OAuthApp.form(form), FORM).status())
                .isEqualTo(400);
        // The query of a posted request counts for nothing.
        assertThat(SERVER.post("/oauth/authorize?client_id=" + app.id, "", FORM).status())
                .isEqualTo(400);
    }

    @Test
    void discoveryNamesTheEndpoints() {
        Answer metadata = SERVER.get("/.well-known/oauth-authorization-server");
        assertThat(metadata.text("revocation_endpoint")).isEqualTo(SERVER.url() + "/oauth/revoke");
        assertThat(metadata.text("introspection_endpoint")).isEqualTo(SERVER.url() + "/oauth/introspect");
        assertThat(metadata.json()
                        .path("introspection_endpoint_auth_methods_supported")
                        .toString())
                .doesNotContain("none");
    }
}
