package dev.galley.schema;

import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of the schema model.
 *
 * @param channel the notification channel on which a reload may be asked for
 * @param pollInterval how often to look for changes where nothing announces them
 * @param maxRetryDelay the longest pause before a failed reload or a lost connection is tried again
 */
public record SchemaSettings(
        List<String> exposedSchemas,
        List<String> extraSearchPath,
        String channel,
        Duration pollInterval,
        Duration maxRetryDelay) {

    public static SchemaSettings from(SettingsReader reader) {
        return new SchemaSettings(
                reader.list(
                        "api.schemas",
                        List.of("public", "graphql_public"),
                        "Schemas that the API shows. The first is the default one."),
                reader.list(
                        "api.extra-search-path",
                        List.of("public", "extensions"),
                        "Schemas whose types and functions requests may use without their being shown."),
                reader.text(
                        "schema.channel",
                        "pgrst",
                        "The notification channel on which `reload schema` and `reload config` are listened for."),
                reader.duration(
                        "schema.poll-interval",
                        Duration.ofSeconds(5),
                        "How often to look for changed tables where the database cannot announce them by event triggers and LISTEN."),
                reader.duration(
                        "schema.max-retry-delay",
                        Duration.ofSeconds(30),
                        "The longest pause before a failed reload or a lost connection is tried again."));
    }

    /** The part of the database to read, with the privileges and settings of these roles. */
    public SchemaScope scope(Set<String> roles) {
        return new SchemaScope(exposedSchemas, extraSearchPath, roles);
    }
}
