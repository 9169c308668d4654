package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.cleanup.CleanUp;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.limit.RateLimits;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients: made and changed by administrators, or registered by themselves. */
class OAuthClientsTest {
    private static final AuthServer SERVER = AuthServer.start(
            OAuthApp.SETTINGS[0],
            OAuthApp.SETTINGS[1],
            "auth.oauth-server.allow-dynamic-registration=true",
            "auth.oauth-server.max-registered=2");

    private static final String BAD = """
            {}
            {"redirect_uris":[]}
            {"redirect_uris":"https://a.example.com/cb"}
            {"redirect_uris":[1]}
            {"redirect_uris":[""]}
            {"redirect_uris":["/relative"]}
            {"redirect_uris":["a.example.com/cb"]}
            {"redirect_uris":["http://a.example.com/cb"]}
            {"redirect_uris":["https://a.example.com/cb#part"]}
            {"redirect_uris":["https://a.example.com/cb#"]}
            {"redirect_uris":["https://user@a.example.com/cb"]}
            {"redirect_uris":["https://a.example.com/cb,https://b.example.com"]}
            {"redirect_uris":["https://a.example.com\\\\@b.example.com"]}
            {"redirect_uris":["https://*.example.com/cb"]}
            {"redirect_uris":["https:///cb"]}
            {"redirect_uris":["javascript:alert(1)"]}
            {"redirect_uris":["javascript://a.example.com/%0aalert(1)"]}
            {"redirect_uris":["DATA://a/b"]}
            {"redirect_uris":["https://a.example.com/\\u0000"]}
            {"redirect_uris":["https://a.example.com/ cb"]}
            {"redirect_uris":["https://\\u00e4.example.com/cb"]}
            {"redirect_uris":["myapp:/cb"]}
            {"redirect_uris":["https://1/","https://2/","https://3/","https://4/","https://5/","https://6/","https://7/","https://8/","https://9/","https://10/","https://11/"]}
            {"redirect_uris":["https://a.example.com/cb"],"grant_types":["password"]}
            {"redirect_uris":["https://a.example.com/cb"],"grant_types":[]}
            {"redirect_uris":["https://a.example.com/cb"],"response_types":["token"]}
            {"redirect_uris":["https://a.example.com/cb"],"token_endpoint_auth_method":"private_key_jwt"}
            {"redirect_uris":["https://a.example.com/cb"],"token_endpoint_auth_method":"none","client_type":"confidential"}
            {"redirect_uris":["https://a.example.com/cb"],"token_endpoint_auth_method":"client_secret_post","client_type":"public"}
            {"redirect_uris":["https://a.example.com/cb"],"client_type":"trusted"}
            {"redirect_uris":["https://a.example.com/cb"],"client_uri":"javascript:alert(1)"}
            {"redirect_uris":["https://a.example.com/cb"],"logo_uri":"data:text/html,x"}
            {"redirect_uris":["https://a.example.com/cb"],"client_name":7}
            {"redirect_uris":["https://a.example.com/cb"],"client_name":"\\u0000"}
            {"redirect_uris":["https://a.example.com/cb"],"redirect_uris":["https://b.example.com/cb"]}
            []
            {"redirect_uris":
            """;

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void madeListedChangedDeleted() {
        Answer made = OAuthApp.create(
                SERVER,
                "{\"client_name\":\"One\",\"redirect_uris\":[\"https://a.example.com/cb\",\"com.example.app:/cb\"],"
                        + "\"client_uri\":\"https://a.example.com\"}");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.text("client_secret")).hasSize(43);
        assertThat(made.text("client_type")).isEqualTo("confidential");
        assertThat(made.text("token_endpoint_auth_method")).isEqualTo("client_secret_basic");
        assertThat(made.text("registration_type")).isEqualTo("manual");
        String path = "/admin/oauth/clients/" + made.text("client_id");

        Answer read = SERVER.get(path, SERVER.asAdmin());
        assertThat(read.json().has("client_secret")).isFalse();
        assertThat(read.json().path("redirect_uris").size()).isEqualTo(2);
        Answer changed = SERVER.send(
                "PUT",
                path,
                "{\"client_name\":\"Two\",\"grant_types\":[\"authorization_code\"],\"client_uri\":\"\"}",
                SERVER.asAdmin());
        assertThat(changed.text("client_name")).isEqualTo("Two");
        assertThat(SERVER.get(path, SERVER.asAdmin()).json().has("client_uri")).isFalse();
        assertThat(SERVER.send("PUT", path, "{}", SERVER.asAdmin()).status()).isEqualTo(400);
        assertThat(SERVER.send("PUT", path, "{\"token_endpoint_auth_method\":\"none\"}", SERVER.asAdmin())
                        .status())
                .isEqualTo(400);
        Answer page = SERVER.get("/admin/oauth/clients?page=1&per_page=1", SERVER.asAdmin());
        assertThat(page.json().path("clients").size()).isEqualTo(1);
        assertThat(page.header("X-Total-Count")).isNotEmpty();
        assertThat(page.header("Link")).contains("rel=\"last\"");
        assertThat(SERVER.get("/admin/oauth/clients?page=0", SERVER.asAdmin()).status())
                .isEqualTo(400);

        assertThat(SERVER.send("DELETE", path, "", SERVER.asAdmin()).status()).isEqualTo(204);
        assertThat(SERVER.get(path, SERVER.asAdmin()).text("code")).isEqualTo("oauth_client_not_found");
        assertThat(SERVER.send("DELETE", path, "", SERVER.asAdmin()).status()).isEqualTo(404);
        assertThat(SERVER.get("/admin/oauth/clients/x", SERVER.asAdmin()).status())
                .isEqualTo(400);
        assertThat(SERVER.query(
                        "select payload ->> 'action' from auth.audit_log_entries where payload -> 'traits' ->> 'client_id'"
                                + " = '" + made.text("client_id") + "'"))
                .containsExactlyInAnyOrder("oauth_client_created", "oauth_client_updated", "oauth_client_deleted");
    }

    @Test
    void aClientWithoutRefreshTokensGetsNone() {
        Answer made = OAuthApp.create(
                SERVER,
                "{\"client_type\":\"public\",\"redirect_uris\":[\"" + OAuthApp.CALLBACK
                        + "\"],\"grant_types\":[\"authorization_code\"]}");
        OAuthApp app = OAuthApp.anyone(SERVER);
        Answer user = SERVER.signUp("norefresh@example.com", "secret-1");
        Answer tokens =
                app.redeem(app.code(user, "client_id", made.text("client_id")), "client_id", made.text("client_id"));
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(tokens.json().has("refresh_token")).isFalse();
        assertThat(app.refresh("x", "client_id", made.text("client_id")).text("error"))
                .isEqualTo("unauthorized_client");
        assertThat(app.redeem("x", "grant_type", "password").text("error")).isEqualTo("unsupported_grant_type");
    }

    @Test
    void applicationsRegisterThemselvesUpToALimit() {
        String json =
                "{\"redirect_uris\":[\"http://localhost:8080/cb\"],\"client_name\":\"Tool\",\"unknown\":{\"a\":1}}";
        Answer made = SERVER.post("/oauth/clients/register", json, "apikey", "");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.text("registration_type")).isEqualTo("dynamic");
        assertThat(made.json().path("client_secret_expires_at").asInt(-1)).isZero();
        assertThat(made.json().path("client_id_issued_at").asLong()).isPositive();
        OAuthApp app = OAuthApp.confidential(SERVER);
        String id = made.text("client_id");
        Answer mistaken =
                app.authorize("client_id", id, "redirect_uri", "http://localhost:8080/cb", "scope", "nothing");
        assertThat(mistaken.text("error")).isEqualTo("invalid_scope");
        assertThat(mistaken.header("Location"))
                .as("nobody is sent to an address that anybody could register")
                .isEmpty();
        assertThat(app.authorize("client_id", id, "redirect_uri", "http://localhost:8080/cb")
                        .status())
                .isEqualTo(302);
        assertThat(SERVER.post("/oauth/clients/register", json).status()).isEqualTo(201);
        Answer over = SERVER.post("/oauth/clients/register", json);
        assertThat(over.status()).isEqualTo(403);
        assertThat(over.text("error")).isEqualTo("access_denied");
        assertThat(SERVER.get("/.well-known/openid-configuration").text("registration_endpoint"))
                .isEqualTo(SERVER.url() + "/oauth/clients/register");
    }

    @Test
    void whatHasRegisteredItselfAndIsNotUsedGoes() throws Exception {
        Settings settings = new Settings(new FlagLayer().set("auth.email.smtp.host=127.0.0.1"));
        try (AuthServer server = AuthServer.start(
                        OAuthApp.SETTINGS[0],
                        OAuthApp.SETTINGS[1],
                        OAuthApp.SETTINGS[2],
                        "auth.oauth-server.allow-dynamic-registration=true");
                PlatformDatabase database = PlatformDatabase.open(
                        server.address, PostgresSettings.from(settings).pool())) {
            String json = "{\"redirect_uris\":[\"" + OAuthApp.CALLBACK + "\"],\"client_name\":\"%s\"}";
            String used = server.post("/oauth/clients/register", json.formatted("used"))
                    .text("client_id");
            server.post("/oauth/clients/register", json.formatted("unused"));
            OAuthApp made = OAuthApp.confidential(server);
            made.code(server.signUp("a@example.com", "secret-1"), "client_id", used);
            server.clock.forward(Duration.ofDays(31));
            server.post("/oauth/clients/register", json.formatted("new"));
            new CleanUp(database, AuthSettings.from(settings), new RateLimits(database, server.clock), server.clock)
                    .run();
            assertThat(server.query("select client_name from auth.oauth_clients"))
                    .containsExactlyInAnyOrder("used", "An App", "new");
        }
    }

    @Test
    void badInputChangesNothing() {
        String before = SERVER.query("select count(*) from auth.oauth_clients").getFirst();
        for (String json : BAD.split("\n", -1)) {
            Answer admin = OAuthApp.create(SERVER, json);
            assertThat(admin.status()).as(json).isEqualTo(400);
            assertThat(admin.text("code")).as(json).isIn("validation_failed", "bad_json");
            Answer own = SERVER.post("/oauth/clients/register", json);
            assertThat(own.status()).as(json).isEqualTo(400);
            assertThat(own.text("error")).as(json).isIn("invalid_redirect_uri", "invalid_client_metadata");
        }
        assertThat(SERVER.query("select count(*) from auth.oauth_clients")).containsExactly(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/oauth/clients", "/admin/oauth/clients/00000000-0000-0000-0000-000000000000"})
    void onlyAdministratorsSeeClients(String path) {
        Answer user = SERVER.signUp("nobody" + path.length() + "@example.com", "secret-1");
        assertThat(SERVER.get(path, AuthServer.as(user)).text("code")).isEqualTo("not_admin");
        assertThat(SERVER.get(path).status()).isIn(401, 403);
    }

    @Test
    void nobodyRegistersWhereThatIsOff() {
        try (AuthServer server = AuthServer.start(OAuthApp.SETTINGS)) {
            Answer answer =
                    server.post("/oauth/clients/register", "{\"redirect_uris\":[\"https://a.example.com/cb\"]}");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text("code")).isEqualTo("oauth_dynamic_client_registration_disabled");
            assertThat(server.query("select 1 from auth.oauth_clients")).isEmpty();
        }
    }
}
