package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.identity.StrictJson;
import dev.galley.saml.FakeIdentityProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Signing in by an organisation's identity provider, and who one is then. */
class SsoTest {
    private static final FakeIdentityProvider IDP = new FakeIdentityProvider();
    private static final AuthServer SERVER = AuthServer.start(SsoFlow.SETTINGS);
    private static final SsoFlow FLOW = new SsoFlow(SERVER, IDP);
    private static final String ID = FLOW.create(",\"domains\":[\"corp.example\"],\"attribute_mapping\":{\"keys\":{"
                    + "\"full_name\":{\"names\":[\"cn\",\"displayName\"]},"
                    + "\"groups\":{\"name\":\"memberOf\",\"array\":true},"
                    + "\"plan\":{\"name\":\"plan\",\"default\":{\"level\":1}},\"sub\":{\"default\":\"evil\"}}}")
            .text("id");
    private static final String DOMAIN = ",\"domain\":\"corp.example\"";

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static ObjectNode user(Map<String, String> session) {
        assertThat(session).containsKey("access_token");
        return SERVER.get("/user", "Authorization", "Bearer " + session.get("access_token"))
                .json();
    }

    @Test
    void theUserComesFromTheAssertion() {
        SsoFlow.Asked asked = FLOW.asked(DOMAIN + ",\"redirect_to\":\"https://app.example.com/in\"");
        assertThat(asked.xml()).contains("nameid-format:persistent");
        URI end = FLOW.end(
                asked,
                FLOW.answer(asked)
                        .with(
                                "attributes",
                                FakeIdentityProvider.attribute("mail", "Ann@Corp.Example")
                                        + FakeIdentityProvider.attribute("DisplayName", "Ann A")
                                        + FakeIdentityProvider.attribute("memberOf", "staff", "", "admins"))
                        .with("name", "ann-1"));
        assertThat(end.toString()).startsWith("https://app.example.com/in#");
        Map<String, String> session = OAuthClient.fragment(end);
        ObjectNode user = user(session);
        assertThat(user.path("email").asString("")).isEqualTo("ann@corp.example");
        assertThat(user.path("email_confirmed_at").asString("")).isNotEmpty();
        assertThat(user.at("/app_metadata/provider").asString("")).isEqualTo("sso:" + ID);
        assertThat(user.at("/user_metadata/full_name").asString("")).isEqualTo("Ann A");
        assertThat(user.at("/user_metadata/sub").asString("")).isEqualTo("ann-1");
        assertThat(user.at("/user_metadata/custom_claims"))
                .isEqualTo(StrictJson.read("{\"groups\":[\"staff\",\"admins\"],\"plan\":{\"level\":1}}"));
        assertThat(user.at("/identities/0/provider").asString("")).isEqualTo("sso:" + ID);
        assertThat(user.at("/identities/0/id").asString("")).isEqualTo("ann-1");
        ObjectNode amr =
                (ObjectNode) OAuthApp.claims(session.get("access_token")).at("/amr/0");
        assertThat(amr.path("method").asString("")).isEqualTo("sso/saml");
        assertThat(amr.path("provider").asString("")).isEqualTo(ID);
        assertThat(SERVER.query("select is_sso_user from auth.users where id = '"
                        + user.path("id").asString("") + "'"))
                .containsExactly("t");
        assertThat(SERVER.query("select 1 from auth.saml_relay_states union all select 1 from auth.flow_state"
                        + " where authentication_method = 'sso/saml'"))
                .isEmpty();
        Map<String, String> again = FLOW.signIn(",\"provider_id\":\"" + ID + "\"", "ann-1", "ann.b@corp.example");
        assertThat(user(again).path("id")).isEqualTo(user.path("id"));
        assertThat(user(again).path("email").asString("")).isEqualTo("ann.b@corp.example");
    }

    @Test
    void theCodeIsForWhoHasTheVerifier() {
        SsoFlow.Asked asked = FLOW.asked(
                DOMAIN + ",\"code_challenge\":\"" + OAuthClient.CHALLENGE + "\",\"code_challenge_method\":\"s256\"");
        URI end = FLOW.end(
                asked,
                FLOW.answer(asked)
                        .with("name", "pkce")
                        .with(
                                "session",
                                "SessionNotOnOrAfter=\""
                                        + SERVER.clock.instant().plus(Duration.ofHours(2)) + "\""));
        assertThat(end.getRawFragment()).isNull();
        String code = OAuthClient.query(end.toString()).get("code");
        String other = "x".repeat(43);
        assertThat(redeem(code, other).text("code")).isEqualTo("bad_code_verifier");
        Answer session = redeem(code, OAuthClient.VERIFIER);
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        assertThat(session.json().at("/user/user_metadata/sub").asString("")).isEqualTo("pkce");
        assertThat(redeem(code, OAuthClient.VERIFIER).text("code")).isEqualTo("flow_state_not_found");
        String id =
                OAuthApp.claims(session.text("access_token")).path("session_id").asString("");
        assertThat(SERVER.query(
                        "select extract(epoch from not_after - created_at) from auth.sessions where id = '" + id + "'"))
                .singleElement()
                .asString()
                .startsWith("7200");
    }

    private static Answer redeem(String code, String verifier) {
        return SERVER.post(
                "/token?grant_type=pkce", "{\"auth_code\":\"" + code + "\",\"code_verifier\":\"" + verifier + "\"}");
    }

    @Test
    void aSignInMayBeginAtTheProvider() {
        URI end = FLOW.post(FLOW.answer("").with("name", "unasked").base64(), "https://app.example.com/start");
        assertThat(end.toString()).startsWith("https://app.example.com/start#");
        assertThat(user(OAuthClient.fragment(end)).at("/user_metadata/sub").asString(""))
                .isEqualTo("unasked");
        assertThat(FLOW.post(FLOW.answer("").base64(), "").toString()).startsWith("https://app.example.com#");
        assertThat(FLOW.post(FLOW.answer("").base64(), "https://evil.example").toString())
                .startsWith("https://app.example.com#");
    }

    @Test
    void usersOfAnOrganisationAreNobodyElse() {
        SERVER.execute(
                "insert into auth.users (id, aud, role, email, email_confirmed_at, created_at, updated_at) values"
                        + " (gen_random_uuid(), 'authenticated', 'authenticated', 'same@corp.example', now(), now(),"
                        + " now())");
        ObjectNode user = user(FLOW.signIn(DOMAIN, "same", "same@corp.example"));
        assertThat(SERVER.query("select count(*) from auth.users where email = 'same@corp.example'"))
                .containsExactly("2");
        assertThat(SERVER.query("select 1 from auth.users u where email = 'same@corp.example' and not is_sso_user and"
                        + " exists (select from auth.identities where user_id = u.id)"))
                .isEmpty();
        for (String change : new String[] {"\"password\":\"secret-9\"", "\"email\":\"x@corp.example\""}) {
            Map<String, String> changing = FLOW.signIn(DOMAIN, "same", "same@corp.example");
            assertThat(SERVER.send(
                                    "PUT",
                                    "/user",
                                    "{" + change + "}",
                                    "Authorization",
                                    "Bearer " + changing.get("access_token"))
                            .text("code"))
                    .isEqualTo("user_sso_managed");
        }
        Map<String, String> session = FLOW.signIn(DOMAIN, "same", "same@corp.example");
        assertThat(SERVER.get(
                                "/user/identities/authorize?provider=github",
                                "Authorization",
                                "Bearer " + session.get("access_token"))
                        .text("code"))
                .isEqualTo("user_sso_managed");
        assertThat(user.at("/app_metadata/providers").size()).isEqualTo(1);
    }

    @Test
    void metadataAreForEverybody() {
        Answer metadata = SERVER.get("/sso/saml/metadata", "apikey", "");
        assertThat(metadata.status()).isEqualTo(200);
        assertThat(metadata.header("Content-Type")).isEqualTo("application/xml");
        assertThat(metadata.response().body())
                .contains("entityID=\"" + SERVER.url() + "/sso/saml/metadata\"")
                .contains("Location=\"" + SERVER.url() + "/sso/saml/acs\"")
                .doesNotContain("encryption");
        Answer root = SERVER.get(SERVER.url().replace("/auth/v1", "") + "/sso/saml/metadata?download=true");
        assertThat(root.header("Content-Disposition")).contains("metadata.xml");
        assertThat(root.response().body()).contains("validUntil=");
        try (AuthServer node = SERVER.secondNode(SsoFlow.SETTINGS)) {
            assertThat(certificate(node.get("/sso/saml/metadata"))).isEqualTo(certificate(metadata));
        }
        assertThat(SERVER.query("select sealed from galley.saml_key"))
                .singleElement()
                .asString()
                .startsWith("galley1.");
        assertThat(SERVER.get("/settings").json().path("saml_enabled").asBoolean())
                .isTrue();
    }

    private static String certificate(Answer metadata) {
        return metadata.response().body().replaceAll("(?s).*<ds:X509Certificate>(.*?)</ds:X509Certificate>.*", "$1");
    }

    @Test
    void keysOfTheSettingsAreUsed() {
        try (AuthServer server = AuthServer.start(
                "auth.saml.enabled=true",
                "auth.saml.private-key=" + FakeIdentityProvider.privateKey(),
                "auth.saml.private-key-next=" + FakeIdentityProvider.privateKey(),
                "auth.saml.allow-encrypted-assertions=true",
                "auth.saml.bind-to-browser=false",
                "auth.saml.external-url=https://sso.example.com/")) {
            String xml = server.get("/sso/saml/metadata").response().body();
            assertThat(xml.split("<ds:X509Certificate>", -1)).hasSize(5);
            assertThat(xml).contains("Location=\"https://sso.example.com/sso/saml/acs\"", "cacheDuration");
            assertThat(server.query("select 1 from galley.saml_key")).isEmpty();
            SsoFlow flow = new SsoFlow(server, IDP);
            flow.create(DOMAIN.replace("\"domain\":", "\"domains\":[") + "],\"name_id_format\":"
                    + "\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"");
            String url = flow.begin(DOMAIN).text("url");
            assertThat(url).startsWith(FakeIdentityProvider.SIGN_ON);
            assertThat(SsoFlow.asked(url, "").xml()).contains("nameid-format:emailAddress");
            Answer redirected = server.post("/sso", "{\"domain\":\"CORP.example\"}");
            assertThat(redirected.status()).isEqualTo(303);
            assertThat(redirected.header("Location")).startsWith(FakeIdentityProvider.SIGN_ON);
        }
    }

    @Test
    void withoutBindingTheProviderIsAskedAtOnce() {
        try (AuthServer server = AuthServer.start(SsoFlow.SETTINGS[0], "auth.saml.bind-to-browser=false")) {
            SsoFlow flow = new SsoFlow(server, IDP);
            flow.create(",\"domains\":[\"corp.example\"]");
            for (String challenge : new String[] {
                "", ",\"code_challenge\":\"" + OAuthClient.CHALLENGE + "\",\"code_challenge_method\":\"s256\""
            }) {
                SsoFlow.Asked asked =
                        SsoFlow.asked(flow.begin(DOMAIN + challenge).text("url"), "");
                URI end = flow.post(flow.answer(asked).base64(), asked.relayState());
                assertThat(end.toString()).contains(challenge.isEmpty() ? "#access_token=" : "?code=");
            }
        }
    }

    @Test
    void encryptedAssertionsAreForTheKeyInTheMetadata() throws Exception {
        try (AuthServer server = AuthServer.start(SsoFlow.SETTINGS[0], "auth.saml.allow-encrypted-assertions=true")) {
            SsoFlow flow = new SsoFlow(server, IDP);
            flow.create(",\"domains\":[\"corp.example\"]");
            byte[] der = java.util.Base64.getDecoder().decode(certificate(server.get("/sso/saml/metadata")));
            var certificate =
                    (java.security.cert.X509Certificate) java.security.cert.CertificateFactory.getInstance("X.509")
                            .generateCertificate(new java.io.ByteArrayInputStream(der));
            SsoFlow.Asked asked = flow.asked(DOMAIN);
            assertThat(OAuthClient.fragment(flow.end(asked, flow.answer(asked).encrypted(certificate))))
                    .containsKey("access_token");
        }
    }

    @Test
    void beginningNeedsOneProviderThatIsThere() {
        assertThat(FLOW.begin("").text("code")).isEqualTo("validation_failed");
        assertThat(FLOW.begin(DOMAIN + ",\"provider_id\":\"" + ID + "\"").text("code"))
                .isEqualTo("validation_failed");
        assertThat(FLOW.begin(",\"provider_id\":\"x\"").text("code")).isEqualTo("validation_failed");
        assertThat(FLOW.begin(",\"domain\":\"nobody.example\"").text("code")).isEqualTo("sso_provider_not_found");
        assertThat(FLOW.begin(",\"provider_id\":\"00000000-0000-0000-0000-000000000000\"")
                        .status())
                .isEqualTo(404);
        assertThat(FLOW.begin(DOMAIN + ",\"code_challenge\":\"" + OAuthClient.CHALLENGE + "\"")
                        .status())
                .isEqualTo(400);
        assertThat(SERVER.post("/sso", "{}", "apikey", "").status()).isEqualTo(401);
        try (AuthServer off = AuthServer.start()) {
            assertThat(off.post("/sso", "{\"domain\":\"corp.example\"}").text("code"))
                    .isEqualTo("saml_provider_disabled");
            assertThat(off.get("/sso/saml/metadata").status()).isEqualTo(404);
        }
    }
}
