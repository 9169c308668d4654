package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Providers that an administrator adds, and where they may not lead. */
class CustomProvidersTest {
    private static final TestClock CLOCK = new TestClock();
    private static final FakeProvider PROVIDER = new FakeProvider(CLOCK);
    private static final AuthServer SERVER = AuthServer.start(OAuthClient.settings(
            PROVIDER, "auth.custom-oauth.allow-private-networks=true", "auth.custom-oauth.max-providers=4"));
    private static final AuthServer GUARDED = AuthServer.start(OAuthClient.settings(PROVIDER));
    private static final OAuthClient CLIENT = new OAuthClient(SERVER, PROVIDER);

    @AfterAll
    static void stop() {
        SERVER.close();
        GUARDED.close();
        PROVIDER.close();
    }

    private static String oidc(String identifier, String issuer, String more) {
        return "{\"provider_type\":\"oidc\",\"identifier\":\"" + identifier + "\",\"name\":\"Corp\",\"client_id\":\""
                + FakeProvider.CLIENT + "\",\"client_secret\":\"very-secret\",\"issuer\":\"" + issuer + "\"" + more
                + "}";
    }

    @Test
    void itIsMadeUsedChangedAndDeleted() {
        Answer made = SERVER.post(
                "/admin/custom-providers",
                oidc(
                        "custom:corp",
                        PROVIDER.url(),
                        ",\"scopes\":[\"email\"],\"custom_claims_allowlist\":[\"team\"],"
                                + "\"attribute_mapping\":{\"nickname\":\"nick\"}"),
                SERVER.asAdmin());
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.response().body()).doesNotContain("very-secret").doesNotContain("client_secret");
        assertThat(made.json().path("enabled").asBoolean()).isTrue();
        assertThat(SERVER.query(
                        "select client_secret from auth.custom_oauth_providers where identifier = 'custom:corp'"))
                .allSatisfy(stored -> assertThat(stored).startsWith("galley1:").doesNotContain("very-secret"));

        PROVIDER.user.set(
                Map.of("sub", "c1", "email", "c1@example.com", "email_verified", true, "team", "red", "nick", "Cee"));
        Answer begun = SERVER.get("/authorize?provider=custom:corp");
        Map<String, String> sent = CLIENT.begun(begun);
        assertThat(sent).containsEntry("scope", "openid email");
        Map<String, String> session = OAuthClient.fragment(CLIENT.callback(sent.get("state")));
        assertThat(session).containsKey("access_token");
        assertThat(PROVIDER.lastForm.get()).containsEntry("client_secret", "very-secret");
        assertThat(SERVER.query(
                        "select identity_data ->> 'nickname' || '/' || (identity_data #>> '{custom_claims,team}')"
                                + " from auth.identities where provider = 'custom:corp'"))
                .containsExactly("Cee/red");

        assertThat(SERVER.post("/admin/custom-providers", oidc("custom:corp", PROVIDER.url(), ""), SERVER.asAdmin())
                        .text("code"))
                .isEqualTo("conflict");
        Answer changed = SERVER.send(
                "PUT",
                "/admin/custom-providers/custom:corp",
                "{\"enabled\":false,\"name\":\"Gone\"}",
                SERVER.asAdmin());
        assertThat(changed.text("name")).as(changed.response().body()).isEqualTo("Gone");
        assertThat(SERVER.get("/authorize?provider=custom:corp").status()).isEqualTo(400);
        assertThat(SERVER.get("/admin/custom-providers?type=oidc", SERVER.asAdmin())
                        .json()
                        .path("providers")
                        .size())
                .isEqualTo(1);
        assertThat(SERVER.send("DELETE", "/admin/custom-providers/custom:corp", "", SERVER.asAdmin())
                        .status())
                .isEqualTo(204);
        assertThat(SERVER.get("/admin/custom-providers/custom:corp", SERVER.asAdmin())
                        .text("code"))
                .isEqualTo("custom_provider_not_found");
    }

    @Test
    void onlyAdministratorsDoIt() {
        for (String[] who : new String[][] {{}, {"Authorization", "Bearer " + SERVER.keys.anonKey()}}) {
            assertThat(SERVER.post("/admin/custom-providers", oidc("custom:x", PROVIDER.url(), ""), who)
                            .status())
                    .isIn(401, 403);
            assertThat(SERVER.get("/admin/custom-providers", who).status()).isIn(401, 403);
        }
    }

    @Test
    void wrongOnesAreRefused() {
        String good = PROVIDER.url();
        for (String wrong : List.of(
                oidc("corp", good, ""),
                oidc("custom:CORP", good, ""),
                oidc("custom:a", "", ""),
                oidc("custom:a", "http://example.com", ""),
                oidc("custom:a", good + "/other", ""),
                oidc("custom:a", "https://other.example", ",\"discovery_url\":\"" + good + "\""),
                oidc("custom:a", good, ",\"attribute_mapping\":{\"role\":\"r\"}"),
                oidc("custom:a", good, ",\"attribute_mapping\":{\"email_verified\":true}"),
                oidc("custom:a", good, ",\"authorization_params\":{\"Redirect_URI\":\"x\"}"),
                oidc("custom:a", good, ",\"scopes\":\"email\""),
                oidc("custom:a", good, ",\"scopes\":[1]"),
                oidc("custom:a", good, "").replace("oidc", "saml"),
                oidc("custom:a", good, "").replace("very-secret", ""),
                oidc("custom:a", good, "").replace("Corp", "C".repeat(200)))) {
            Answer answer = SERVER.post("/admin/custom-providers", wrong, SERVER.asAdmin());
            assertThat(answer.status()).as(wrong + answer.response().body()).isEqualTo(400);
        }
        assertThat(SERVER.query("select 1 from auth.custom_oauth_providers where identifier <> 'custom:corp'"))
                .isEmpty();
    }

    @Test
    void noneLeadsIntoThePrivateNetwork() {
        for (String inside : List.of(
                PROVIDER.url(),
                "https://127.0.0.1",
                "https://localhost",
                "https://[::1]",
                "https://[::ffff:127.0.0.1]",
                "https://0.0.0.0",
                "https://10.1.2.3",
                "https://172.16.0.1",
                "https://192.168.1.1",
                "https://169.254.169.254",
                "https://100.100.100.200",
                "https://[fd00:ec2::254]",
                "https://[fe80::1]",
                "https://[64:ff9b::7f00:1]",
                "https://[2002:7f00:1::]",
                "https://2130706433",
                "https://user@example.com",
                "file:///etc/passwd",
                "jar:https://example.com!/",
                "gopher://example.com")) {
            Answer answer = GUARDED.post("/admin/custom-providers", oidc("custom:in", inside, ""), GUARDED.asAdmin());
            assertThat(answer.status()).as(inside).isEqualTo(400);
            assertThat(answer.text("message")).as(inside).startsWith("issuer: ");
        }
        assertThat(GUARDED.query("select 1 from auth.custom_oauth_providers")).isEmpty();
    }

    @Test
    void aSecretOfAnotherRowIsNone() {
        SERVER.post("/admin/custom-providers", oidc("custom:first", PROVIDER.url(), ""), SERVER.asAdmin());
        SERVER.post("/admin/custom-providers", oidc("custom:second", PROVIDER.url(), ""), SERVER.asAdmin());
        SERVER.execute("update auth.custom_oauth_providers a set client_secret = b.client_secret from"
                + " auth.custom_oauth_providers b where a.identifier = 'custom:first' and b.identifier ="
                + " 'custom:second'");
        assertThat(SERVER.get("/authorize?provider=custom:first").status()).isEqualTo(400);
        assertThat(SERVER.get("/authorize?provider=custom:second").status()).isEqualTo(302);
        SERVER.execute("delete from auth.custom_oauth_providers where identifier in ('custom:first', 'custom:second')");
    }

    @Test
    void everyChangeIsInTheAuditLogWithoutTheSecret() {
        String path = "/admin/custom-providers/custom:noted";
        SERVER.post("/admin/custom-providers", oidc("custom:noted", PROVIDER.url(), ""), SERVER.asAdmin());
        SERVER.send("PUT", path, "{\"name\":\"Other\",\"client_secret\":\"very-secret-2\"}", SERVER.asAdmin());
        SERVER.send("DELETE", path, "", SERVER.asAdmin());
        assertThat(SERVER.send("DELETE", path, "", SERVER.asAdmin()).status()).isEqualTo(404);
        assertThat(SERVER.query("select payload ->> 'action' from auth.audit_log_entries"
                        + " where payload -> 'traits' ->> 'provider' = 'custom:noted' order by created_at"))
                .containsExactlyInAnyOrder(
                        "custom_provider_created", "custom_provider_updated", "custom_provider_deleted");
        assertThat(SERVER.query("select 1 from auth.audit_log_entries where payload::text like '%very-secret%'"))
                .isEmpty();
    }
}
