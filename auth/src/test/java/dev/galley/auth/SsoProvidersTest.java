package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.galley.auth.AuthServer.Answer;
import dev.galley.saml.FakeIdentityProvider;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Administration of identity providers. */
class SsoProvidersTest {
    private static final String PATH = "/admin/sso/providers";
    private static final AuthServer SERVER = AuthServer.start(SsoFlow.SETTINGS);

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer create(FakeIdentityProvider idp, String more) {
        return new SsoFlow(SERVER, idp).create(more);
    }

    private static FakeIdentityProvider provider(String name) {
        return new FakeIdentityProvider("https://" + name + ".example/metadata");
    }

    private static Answer put(String id, String json) {
        return SERVER.send("PUT", PATH + "/" + id, json, SERVER.asAdmin());
    }

    @Test
    void aProviderIsMadeChangedAndRemoved() {
        FakeIdentityProvider idp = provider("life");
        Answer made = create(
                idp,
                ",\"domains\":[\"Life.example\",\"life2.example\"],\"resource_id\":\"team-1\","
                        + "\"attribute_mapping\":{\"keys\":{\"a\":{\"name\":\"b\"}}}");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.json().at("/saml/entity_id").asString("")).isEqualTo("https://life.example/metadata");
        assertThat(made.json().at("/saml/metadata_xml").asString("")).isEqualTo(idp.metadata());
        assertThat(made.json().at("/domains/0/domain").asString("")).isEqualTo("life.example");
        assertThat(made.json().at("/saml/attribute_mapping/keys/a/name").asString(""))
                .isEqualTo("b");
        assertThat(made.json().path("disabled").asBoolean(true)).isFalse();
        String id = made.text("id");
        assertThat(SERVER.get(PATH + "/" + id, SERVER.asAdmin()).json()).isEqualTo(made.json());
        assertThat(SERVER.get(PATH + "/resource_TEAM-1", SERVER.asAdmin()).text("id"))
                .isEqualTo(id);
        Answer changed = put(
                id,
                "{\"domains\":[\"life2.example\",\"life3.example\"],\"disabled\":true,\"resource_id\":\"\","
                        + "\"name_id_format\":\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"}");
        assertThat(changed.status()).as(changed.response().body()).isEqualTo(200);
        assertThat(changed.json().path("domains").size()).isEqualTo(2);
        assertThat(changed.json().path("disabled").asBoolean()).isTrue();
        assertThat(changed.json().has("resource_id")).isFalse();
        assertThat(changed.json().at("/saml/name_id_format").asString("")).endsWith("persistent");
        assertThat(changed.json().at("/saml/attribute_mapping/keys/a/name").asString(""))
                .isEqualTo("b");
        Answer list = SERVER.get(PATH, SERVER.asAdmin());
        assertThat(list.json().path("items").size()).isPositive();
        assertThat(list.response().body()).contains(id).doesNotContain("IDPSSODescriptor");
        assertThat(SERVER.send("DELETE", PATH + "/" + id, "", SERVER.asAdmin()).text("id"))
                .isEqualTo(id);
        assertThat(SERVER.get(PATH + "/" + id, SERVER.asAdmin()).text("code")).isEqualTo("sso_provider_not_found");
        assertThat(SERVER.query("select 1 from auth.saml_providers where entity_id like '%life%' union all"
                        + " select 1 from auth.sso_domains where domain like 'life%'"))
                .isEmpty();
    }

    @Test
    void resourcesAreFound() {
        for (String name : List.of("ra", "rb")) {
            create(provider(name), ",\"resource_id\":\"res-" + name + "\"");
        }
        assertThat(SERVER.get(PATH + "?resource_id=res-ra", SERVER.asAdmin())
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(1);
        assertThat(SERVER.get(PATH + "?resource_id_prefix=res-", SERVER.asAdmin())
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(2);
        assertThat(SERVER.get(PATH + "?resource_id_prefix=%25", SERVER.asAdmin())
                        .json()
                        .path("items")
                        .size())
                .isZero();
    }

    @Test
    void whatIsTakenIsRefused() {
        FakeIdentityProvider idp = provider("taken");
        String id = create(idp, ",\"domains\":[\"taken.example\"],\"resource_id\":\"taken\"")
                .text("id");
        assertThat(create(idp, "").text("code")).isEqualTo("saml_idp_already_exists");
        assertThat(create(provider("second"), ",\"domains\":[\"TAKEN.example\"]")
                        .text("code"))
                .isEqualTo("sso_domain_already_exists");
        assertThat(create(provider("third"), ",\"resource_id\":\"Taken\"").text("code"))
                .isEqualTo("conflict");
        assertThat(put(
                                id,
                                "{\"metadata_xml\":"
                                        + SsoFlow.quoted(provider("fourth").metadata()) + "}")
                        .text("code"))
                .isEqualTo("saml_entity_id_mismatch");
        assertThat(SERVER.query("select 1 from auth.sso_providers p where not exists"
                        + " (select from auth.saml_providers where sso_provider_id = p.id)"))
                .isEmpty();
    }

    @Test
    void badInputIsToldAndChangesNothing() {
        String before = SERVER.query("select count(*) from auth.sso_providers").getFirst();
        for (String more : List.of(
                ",\"domains\":\"x\"",
                ",\"domains\":[1]",
                ",\"domains\":[\"a b\"]",
                ",\"domains\":[\"\"]",
                ",\"attribute_mapping\":[]",
                ",\"attribute_mapping\":{\"keys\":[]}",
                ",\"attribute_mapping\":{\"keys\":{\"a\":1}}",
                ",\"attribute_mapping\":{\"keys\":{\"a\":{\"names\":\"b\"}}}",
                ",\"name_id_format\":\"urn:x\"",
                ",\"disabled\":\"yes\"",
                ",\"metadata_url\":\"https://example.com\"")) {
            assertThat(create(provider("bad"), more).status()).as(more).isEqualTo(400);
        }
        for (String body : List.of(
                "{}",
                "{\"type\":\"oidc\"}",
                "{\"type\":\"saml\"}",
                "{\"type\":\"saml\",\"metadata_xml\":\"<a/>\"}",
                "{\"type\":\"saml\",\"metadata_xml\":\"<!DOCTYPE a [<!ENTITY x SYSTEM"
                        + " 'file:///etc/passwd'>]><a>&x;</a>\"}",
                "{\"type\":\"saml\",\"metadata_xml\":\"" + "x".repeat(600_000) + "\"}")) {
            assertThat(SERVER.post(PATH, body, SERVER.asAdmin()).status()).isEqualTo(400);
        }
        assertThat(put("x", "{}").status()).isEqualTo(404);
        assertThat(SERVER.query("select count(*) from auth.sso_providers").getFirst())
                .isEqualTo(before);
    }

    @Test
    void onlyAdministratorsMay() {
        for (String method : List.of("GET", "POST")) {
            assertThat(SERVER.send(method, PATH, method.equals("GET") ? "" : "{}")
                            .status())
                    .isIn(401, 403);
        }
        assertThat(SERVER.send("DELETE", PATH + "/00000000-0000-0000-0000-000000000000", "")
                        .status())
                .isIn(401, 403);
    }

    @Test
    void metadataAreNotFetchedFromWithin() {
        for (String url : List.of(
                "http://example.com/metadata",
                "https://127.0.0.1/metadata",
                "https://localhost/metadata",
                "https://[::1]/metadata",
                "https://[::ffff:127.0.0.1]/metadata",
                "https://169.254.169.254/latest",
                "https://10.0.0.1/x",
                "https://2130706433/x",
                "https://user@example.com/x",
                "file:///etc/passwd")) {
            Answer answer = SERVER.post(PATH, "{\"type\":\"saml\",\"metadata_url\":\"" + url + "\"}", SERVER.asAdmin());
            assertThat(answer.status()).as(url).isEqualTo(400);
            assertThat(answer.text("code")).as(url).isIn("validation_failed", "saml_metadata_fetch_failed");
        }
    }

    @Test
    void metadataFromAnAddressAreKeptFresh() throws Exception {
        FakeIdentityProvider old = provider("fresh");
        FakeIdentityProvider renewed = provider("fresh");
        AtomicReference<String> answer = new AtomicReference<>(old.metadata());
        AtomicInteger asked = new AtomicInteger();
        HttpServer web = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        web.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.get().isEmpty() ? 500 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
        try (AuthServer server = AuthServer.start(SsoFlow.SETTINGS[0], "auth.saml.allow-private-networks=true")) {
            String url = "http://127.0.0.1:" + web.getAddress().getPort() + "/metadata";
            Answer made = server.post(
                    PATH,
                    "{\"type\":\"saml\",\"metadata_url\":\"" + url + "\",\"domains\":[\"fresh.example\"]}",
                    server.asAdmin());
            assertThat(made.status()).as(made.response().body()).isEqualTo(201);
            assertThat(made.json().at("/saml/metadata_url").asString("")).isEqualTo(url);
            SsoFlow before = new SsoFlow(server, old);
            SsoFlow after = new SsoFlow(server, renewed);
            assertThat(before.signIn(",\"domain\":\"fresh.example\"", "a", "a@fresh.example"))
                    .containsKey("access_token");
            assertThat(asked.get()).isEqualTo(1);

            answer.set("");
            server.clock.forward(Duration.ofHours(1));
            for (int i = 0; i < 2; i++) {
                assertThat(before.signIn(",\"domain\":\"fresh.example\"", "a", "a@fresh.example"))
                        .as("the old ones go on")
                        .containsKey("access_token");
            }
            assertThat(asked.get()).as("not at every sign-in").isEqualTo(2);

            answer.set(provider("another").metadata());
            server.clock.forward(Duration.ofMinutes(1));
            assertThat(before.signIn(",\"domain\":\"fresh.example\"", "a", "a@fresh.example"))
                    .as("those of another provider are not taken")
                    .containsKey("access_token");

            answer.set(renewed.metadata());
            server.clock.forward(Duration.ofMinutes(1));
            assertThat(after.signIn(",\"domain\":\"fresh.example\"", "a", "a@fresh.example"))
                    .containsKey("access_token");
            assertThat(before.signIn(",\"domain\":\"fresh.example\"", "a", "a@fresh.example"))
                    .as("the old key is over")
                    .doesNotContainKey("access_token");
            assertThat(server.query("select metadata_xml from auth.saml_providers"))
                    .containsExactly(renewed.metadata());
        } finally {
            web.stop(0);
        }
    }
}
