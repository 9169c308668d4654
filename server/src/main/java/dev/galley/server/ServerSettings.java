package dev.galley.server;

import dev.galley.settings.NearestName;
import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.util.List;
import java.util.Optional;

/**
 * What runs in this process.
 *
 * @param services names of services; empty for all
 * @param databasePassword of the role {@code postgres} of the embedded database
 */
record ServerSettings(List<String> services, Optional<String> databasePassword) {
    static final String REST = "rest";
    static final String GRAPHQL = "graphql";
    static final String AUTH = "auth";
    static final String REALTIME = "realtime";
    static final String STORAGE = "storage";

    private static final List<String> DIALECTS = List.of(REST, GRAPHQL);
    private static final List<String> KNOWN = List.of(REST, GRAPHQL, AUTH, REALTIME, STORAGE);

    static ServerSettings from(SettingsReader reader) {
        List<String> services = reader.list(
                "server.services",
                List.of(),
                "Run only these services in this process (" + String.join(", ", KNOWN) + "). Default: all.");
        for (String service : services) {
            if (!KNOWN.contains(service)) {
                throw new SettingsException("server.services: there is no service " + service
                        + NearestName.of(service, KNOWN)
                                .map(name -> ". Did you mean " + name + "?")
                                .orElse("; there is " + String.join(", ", KNOWN)));
            }
        }
        return new ServerSettings(
                services,
                reader.secret(
                        "server.database-password",
                        "Password of the role postgres of the embedded database, for logins by TCP. `galley dev` sets"
                                + " \"postgres\" when there is none; only programs of this machine can reach it."));
    }

    boolean runs(String service) {
        return services.isEmpty() || services.contains(service);
    }

    /** Whether only services that need nothing of the platform in the database were asked for. */
    boolean runsDialectsOnly() {
        return !services.isEmpty() && DIALECTS.containsAll(services);
    }
}
