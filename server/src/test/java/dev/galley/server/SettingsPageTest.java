package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.settings.Setting;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsReference;
import dev.galley.settings.TomlLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
}
