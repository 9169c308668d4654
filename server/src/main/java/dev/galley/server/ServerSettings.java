package dev.galley.server;

import dev.galley.settings.SettingsReader;
import java.util.List;

/**
 * What runs in this process.
 *
 * @param services names of services; empty for all
 */
record ServerSettings(List<String> services) {

    static ServerSettings from(SettingsReader reader) {
        return new ServerSettings(
                reader.list("server.services", List.of(), "Run only these services in this process. Default: all."));
    }
}
