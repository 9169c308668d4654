package dev.galley.server;

import dev.galley.settings.Layer;
import dev.galley.settings.TomlLayer;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;

/**
 * An existing {@code supabase/config.toml} as a layer of settings: the keys that mean something to us under our names.
 * Its other keys belong to services that this program does not have, or to the tool that the file was written for.
 */
final class SupabaseConfig {
    static final String NAME = "supabase/config.toml";

    /** Its keys to ours. A test checks that each of ours is a setting. */
    static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("api.port", "http.port"),
            Map.entry("api.schemas", "api.schemas"),
            Map.entry("api.extra_search_path", "api.extra-search-path"),
            Map.entry("api.max_rows", "query.max-rows"),
            Map.entry("api.auto_expose_new_tables", "api.auto-expose-new-tables"),
            Map.entry("db.port", "postgres.port"),
            Map.entry("auth.jwt_secret", "auth.jwt-secret"),
            Map.entry("auth.anon_key", "auth.anon-key"),
            Map.entry("auth.service_role_key", "auth.service-role-key"),
            Map.entry("auth.publishable_key", "auth.publishable-key"),
            Map.entry("auth.secret_key", "auth.secret-key"));

    private SupabaseConfig() {}

    static Optional<Layer> read(ProjectFolder folder, Map<String, String> environment) {
        return Files.exists(folder.supabaseSettings())
                ? Optional.of(TomlLayer.read(folder.supabaseSettings(), NAME, environment)
                        .translated(KEYS))
                : Optional.empty();
    }
}
