package dev.galley.server;

import dev.galley.settings.SettingsReader;

/** Every module's settings. The order is that of the reference page. */
record AllSettings(ServerSettings server, LogSettings log) {

    static AllSettings from(SettingsReader reader) {
        return new AllSettings(ServerSettings.from(reader), LogSettings.from(reader));
    }
}
