package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.auth.config.OAuthSettings;
import dev.galley.auth.config.ProviderSettings;
import dev.galley.rest.RestSettings.TransactionEnd;
import dev.galley.settings.Alias;
import dev.galley.settings.EnvironmentLayer;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Setting;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReference;
import dev.galley.settings.TomlLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
    private static Settings defaults() {
        Settings settings = new Settings();
        AllSettings.from(settings);
        return settings;
    }

    @Test
    void theReferencePageIsCurrent() throws IOException {
        Path page = Path.of("").toAbsolutePath().getParent().resolve("docs/settings.md");
        assertThat(Files.readString(page))
                .as("make it anew with: ./galley settings --markdown > docs/settings.md")
                .isEqualTo(SettingsReference.markdown(defaults().declared(), PostgrestNames.ALIASES));
    }

    @Test
    void everySettingIsDescribed() {
        assertThat(defaults().declared())
                .allSatisfy(setting ->
                        assertThat(setting.description()).as(setting.key()).endsWith("."));
    }

    @Test
    void theKeysOfSupabasesFileLeadToSettings() {
        assertThat(defaults().declared()).extracting(Setting::key).containsAll(SupabaseConfig.KEYS.values());
    }

    @Test
    void thePeersNamesLeadToSettings() {
        assertThat(defaults().declared())
                .extracting(Setting::key)
                .containsAll(PostgrestNames.ALIASES.stream().map(Alias::key).toList());
    }

    @Test
    void thePeersConfigurationIsUnderstoodAsItIs() {
        String file = """
                db-uri = "postgres://me@db.example/app"
                db-schemas = "api, v2"
                db-anon-role = "visitor"
                db-extra-search-path = "public"
                jwt-secret-is-base64 = true
                client-error-verbosity = "minimal"
                server-cors-allowed-origins = ""
                admin-server-port = 3001
                app.settings.tenant = "seven"
                """;
        Map<String, String> environment = Map.of(
                "PGRST_DB_MAX_ROWS", "50",
                "PGRST_DB_SCHEMAS", "v3",
                "PGRST_JWT_SECRET", "YSBzZWNyZXQgb2YgbW9yZSB0aGFuIDMyIGJ5dGVzLCBhcyBpdCBtdXN0IGJl",
                "PGRST_APP_SETTINGS_COLOUR", "blue");
        Settings settings = new Settings(
                PostgrestNames.in(new FlagLayer().set("db-tx-end=rollback")),
                PostgrestNames.in(new EnvironmentLayer(PostgrestNames.ENVIRONMENT, environment, Set.of())),
                PostgrestNames.in(TomlLayer.parse(file, "galley.toml", Map.of())));
        AllSettings all = AllSettings.from(settings);
        settings.rejectUnknown();

        assertThat(all.rest().schemas()).containsExactly("v3");
        assertThat(all.rest().extraSearchPath()).containsExactly("public");
        assertThat(all.rest().verboseErrors()).isFalse();
        assertThat(all.rest().transactionEnd()).isEqualTo(TransactionEnd.ROLLBACK);
        assertThat(all.rest().database().app()).isEqualTo(Map.of("tenant", "seven", "colour", "blue"));
        assertThat(all.planner().maxRows()).hasValue(50);
        assertThat(all.http().corsOrigins()).containsExactly("*");
        assertThat(all.identity().anonymousRole()).contains("visitor");
        assertThat(all.identity().jwtSecret()).get().asString().startsWith("{\"kty\":\"oct\"");
        assertThat(all.postgres().url()).isPresent();
    }

    @Test
    void aMisspeltNameOfThePeerIsAnErrorToo() {
        Settings settings = new Settings(
                PostgrestNames.in(new EnvironmentLayer("PGRST_", Map.of("PGRST_DB_SCHEMES", "api"), Set.of())));
        AllSettings.from(settings);
        assertThatThrownBy(settings::rejectUnknown)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PGRST_DB_SCHEMES");
    }

    @Test
    void supabasesFileGivesWhatMeansSomethingToUs() {
        var file = TomlLayer.parse(
                        """
                        project_id = "shop"
                        [api]
                        enabled = true
                        port = 55321
                        schemas = ["public", "shop"]
                        extra_search_path = ["public", "extensions"]
                        max_rows = 500
                        auto_expose_new_tables = true
                        [db]
                        port = 55322
                        major_version = 17
                        [studio]
                        openai_api_key = "env(NOT_SET)"
                        [auth]
                        jwt_secret = "env(SECRET)"
                        """, SupabaseConfig.NAME, Map.of("SECRET", "a-secret-of-more-than-32-characters-xyz"))
                .translated(SupabaseConfig.KEYS);
        Settings settings = new Settings(file);
        AllSettings all = AllSettings.from(settings);
        settings.rejectUnknown();

        assertThat(all.http().listen().port()).isEqualTo(55321);
        assertThat(all.platform().exposedSchemas()).containsExactly("public", "shop");
        assertThat(all.rest().schemas()).containsExactly("public", "shop");
        assertThat(all.schema().exposedSchemas()).containsExactly("public", "shop");
        assertThat(all.planner().maxRows()).hasValue(500);
        assertThat(all.platform().autoExposeNewTables()).isTrue();
        assertThat(all.postgres().port()).contains(55322);
        assertThat(all.identity().jwtSecret()).contains("a-secret-of-more-than-32-characters-xyz");
    }

    @Test
    void providersOfAProjectAreTakenWhenTheyAreEnabled() {
        TomlLayer file = TomlLayer.parse("""
                [auth.external.apple]
                enabled = false
                secret = "env(NOBODY_HAS_SET_THIS)"
                [auth.external.linkedin_oidc]
                enabled = true
                client_id = "me"
                secret = "env(SECRET)"
                skip_nonce_check = true
                """, SupabaseConfig.NAME, Map.of("SECRET", "of-linkedin"));
        Map<String, ProviderSettings> providers = OAuthSettings.from(
                        new Settings(SupabaseConfig.translated(file, Path.of("supabase"))))
                .providers();
        assertThat(providers).containsOnlyKeys("linkedin_oidc");
        assertThat(providers.get("linkedin_oidc").secret()).isEqualTo("of-linkedin");
        assertThat(providers.get("linkedin_oidc").skipNonceCheck()).isTrue();
    }
}
