package dev.galley.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.auth.config.OAuthSettings;
import dev.galley.auth.config.ProviderSettings;
import dev.galley.identity.StrictJson;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The providers that are built in, as data, and their settings. */
class ProviderTableTest {
    private static OAuthSettings settings(String... flags) {
        FlagLayer layer = new FlagLayer();
        List.of(flags).forEach(layer::set);
        return OAuthSettings.from(new Settings(layer));
    }

    private static ProviderSpec spec(String name, String... more) {
        String[] flags = new String[more.length + 2];
        flags[0] = "auth.external." + name + ".enabled=true";
        flags[1] = "auth.external." + name + ".client-id=me";
        for (int i = 0; i < more.length; i++) {
            flags[i + 2] = "auth.external." + name + "." + more[i];
        }
        return ProviderTable.spec(name, settings(flags).providers().get(name));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) StrictJson.read(text);
    }

    @Test
    void eachKnowsWhereToSendAndToAsk() {
        assertThat(ProviderTable.names()).hasSize(24);
        for (String name : ProviderTable.names()) {
            ProviderSpec spec = ProviderTable.ownUrl(name) ? spec(name, "url=https://id.example.com") : spec(name);
            boolean found = spec.authorize().isPresent() && spec.token().isPresent();
            assertThat(found || spec.discovery().isPresent()).as(name).isTrue();
            if (spec.byIdToken()) {
                assertThat(spec.discovery()).as(name).isPresent();
                assertThat(spec.tenants() || !spec.issuers().isEmpty()).as(name).isTrue();
            }
            for (Optional<String> url :
                    List.of(spec.authorize(), spec.token(), spec.profile(), spec.emails(), spec.discovery())) {
                url.ifPresent(
                        text -> assertThat(text).as(name).startsWith("https://").doesNotContain("{"));
            }
        }
    }

    @Test
    void anInstanceOfOnesOwnIsAskedInsteadOfThePublicOne() {
        ProviderSpec github = spec("github", "url=https://git.example.com/");
        assertThat(github.authorize()).contains("https://git.example.com/login/oauth/authorize");
        assertThat(github.profile()).contains("https://git.example.com/api/v3/user");
        assertThat(spec("azure", "url=https://login.microsoftonline.com/organizations")
                        .discovery())
                .contains("https://login.microsoftonline.com/organizations/v2.0");
        assertThat(spec("keycloak", "url=https://id.example.com/realms/a").issuers())
                .containsExactly("https://id.example.com/realms/a");
        assertThat(spec("corp", "url=https://id.example.com").issuers()).containsExactly("https://id.example.com");
    }

    @Test
    void githubsPrimaryAddressCounts() throws Exception {
        Profile profile = spec("github").mapping().profile(json("""
                {"id": 42, "login": "ann", "name": null, "avatar_url": "https://a.example/1.png", "items": [
                  {"email": "other@example.com", "verified": true, "primary": false},
                  {"email": "Ann@Example.com", "verified": false, "primary": true}]}"""), "https://api.github.com", false);
        assertThat(profile.subject()).isEqualTo("42");
        assertThat(profile.email()).contains(new Profile.Email("ann@example.com", false));
        assertThat(profile.data().path("user_name").asString()).isEqualTo("ann");
        assertThat(profile.data().has("name")).isFalse();
    }

    @Test
    void eachProvidersWayToSayVerifiedIsUnderstoodAndNothingElse() throws Exception {
        assertThat(verified("gitlab", "{\"id\":1,\"email\":\"a@b.example\",\"confirmed_at\":\"2020-01-01\"}"))
                .isTrue();
        assertThat(verified("gitlab", "{\"id\":1,\"email\":\"a@b.example\",\"confirmed_at\":null}"))
                .isFalse();
        assertThat(verified("apple", "{\"sub\":\"1\",\"email\":\"a@b.example\",\"email_verified\":\"true\"}"))
                .isTrue();
        assertThat(verified("apple", "{\"sub\":\"1\",\"email\":\"a@b.example\"}"))
                .isFalse();
        assertThat(verified("azure", "{\"sub\":\"1\",\"email\":\"a@b.example\"}"))
                .isFalse();
        assertThat(verified("azure", "{\"sub\":\"1\",\"email\":\"a@b.example\",\"xms_edov\":\"1\"}"))
                .isTrue();
        assertThat(verified("azure", "{\"sub\":\"1\",\"email\":\"a@b.example\",\"xms_edov\":false}"))
                .isFalse();
        assertThat(verified("spotify", "{\"id\":\"1\",\"email\":\"a@b.example\",\"email_verified\":true}"))
                .isFalse();
        assertThat(verified("twitch", "{\"data\":[{\"id\":\"1\",\"email\":\"a@b.example\"}]}"))
                .isTrue();
        assertThat(verified(
                        "kakao",
                        "{\"id\":1,\"kakao_account\":{\"email\":\"a@b.example\",\"is_email_verified\":true,"
                                + "\"is_email_valid\":false}}"))
                .isFalse();
        assertThat(verified(
                        "linkedin", "{\"id\":\"1\",\"elements\":[{\"handle~\":{\"emailAddress\":\"a@b.example\"}}]}"))
                .isTrue();
        for (String odd : List.of("\"TRUE\"", "\"yes\"", "2", "{}", "[true]", "\"\"", "null")) {
            assertThat(verified("google", "{\"sub\":\"1\",\"email\":\"a@b.example\",\"email_verified\":" + odd + "}"))
                    .as(odd)
                    .isFalse();
        }
    }

    private static boolean verified(String provider, String answer) throws ProviderFailure {
        return spec(provider)
                .mapping()
                .profile(json(answer), "", false)
                .verifiedEmail()
                .isPresent();
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> settings("auth.external.github.enabled=true"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("client-id");
        assertThatThrownBy(() -> settings("auth.external.github.colour=red"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("no setting");
        assertThatThrownBy(() -> settings("auth.external.github.enabled=perhaps"))
                .isInstanceOf(SettingsException.class);
        for (String name : List.of("gogle", "keycloak")) {
            ProviderSettings without = settings(
                            "auth.external." + name + ".enabled=true", "auth.external." + name + ".client-id=me")
                    .providers()
                    .get(name);
            assertThatThrownBy(() -> ProviderTable.check(name, without))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("url is missing");
        }
        ProviderSettings insecure = settings(
                        "auth.external.keycloak.enabled=true",
                        "auth.external.keycloak.client-id=me",
                        "auth.external.keycloak.url=http://id.example.com")
                .providers()
                .get("keycloak");
        assertThatThrownBy(() -> ProviderTable.check("keycloak", insecure)).isInstanceOf(SettingsException.class);
    }

    @Test
    void namesAndSettingsMayHaveUnderscoresAsVariablesHave() {
        OAuthSettings settings = settings(
                "auth.external.linkedin_oidc.enabled=true",
                "auth.external.linkedin_oidc.client_id=a, b",
                "auth.external.linkedin-oidc.skip-nonce-check=true");
        ProviderSettings linkedin = settings.providers().get("linkedin_oidc");
        assertThat(linkedin.clientIds()).containsExactly("a", "b");
        assertThat(linkedin.skipNonceCheck()).isTrue();
        assertThat(settings.enabled("linkedin_oidc")).isTrue();
        assertThat(settings.enabled("google")).isFalse();
        assertThat(linkedin.toString()).doesNotContain("a, b");
    }
}
