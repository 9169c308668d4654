package dev.galley.server;

import dev.galley.auth.config.AuthSettings;
import dev.galley.graphql.GraphqlSettings;
import dev.galley.http.HttpSettings;
import dev.galley.identity.IdentitySettings;
import dev.galley.identity.PlatformSettings;
import dev.galley.live.LiveSettings;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.changes.ChangeSettings;
import dev.galley.postgres.wire.WireSettings;
import dev.galley.query.PlannerSettings;
import dev.galley.realtime.RealtimeSettings;
import dev.galley.rest.RestSettings;
import dev.galley.schema.SchemaSettings;
import dev.galley.settings.SettingsReader;
import dev.galley.storage.StorageSettings;

/** Every module's settings. The order is that of the reference page. */
record AllSettings(
        ServerSettings server,
        LogSettings log,
        HttpSettings http,
        IdentitySettings identity,
        AuthSettings auth,
        StorageSettings storage,
        PlatformSettings platform,
        RestSettings rest,
        GraphqlSettings graphql,
        RealtimeSettings realtime,
        LiveSettings live,
        ChangeSettings changes,
        PlannerSettings planner,
        SchemaSettings schema,
        WireSettings wire,
        DatabaseConfig databaseConfig,
        PostgresSettings postgres) {

    static AllSettings from(SettingsReader reader) {
        return new AllSettings(
                ServerSettings.from(reader),
                LogSettings.from(reader),
                HttpSettings.from(reader),
                IdentitySettings.from(reader),
                AuthSettings.from(reader),
                StorageSettings.from(reader),
                PlatformSettings.from(reader),
                RestSettings.from(reader),
                GraphqlSettings.from(reader),
                RealtimeSettings.from(reader),
                LiveSettings.from(reader),
                ChangeSettings.from(reader),
                PlannerSettings.from(reader),
                SchemaSettings.from(reader),
                WireSettings.from(reader),
                DatabaseConfig.from(reader),
                PostgresSettings.from(reader));
    }
}
