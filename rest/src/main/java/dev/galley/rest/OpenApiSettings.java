package dev.galley.rest;

import dev.galley.settings.SettingsReader;
import java.util.Optional;

/**
 * The settings of the description at the root.
 *
 * @param securityActive whether it says that a token may be sent
 * @param server where the service is reached from outside, if not where the description was read
 * @param rootFunction a function that answers at the root instead
 * @param cacheBytes the most bytes of descriptions that are remembered
 */
public record OpenApiSettings(
        Mode mode, boolean securityActive, Optional<ServerUri> server, Optional<String> rootFunction, long cacheBytes) {

    /** Whose rights decide what is described. */
    public enum Mode {
        FOLLOW_PRIVILEGES,
        IGNORE_PRIVILEGES,
        DISABLED
    }

    static OpenApiSettings from(SettingsReader settings) {
        return new OpenApiSettings(
                settings.choice(
                        "rest.openapi-mode",
                        Mode.FOLLOW_PRIVILEGES,
                        "Whether the description at the root shows what the caller's role has a right to, shows everything, or is off."),
                settings.flag(
                        "rest.openapi-security-active",
                        false,
                        "Whether the description says that a token may be sent in the header Authorization."),
                settings.optionalText(
                                "rest.openapi-server-proxy-uri",
                                "Address under which the service is reached from outside, for the description, such as https://api.example.com/rest/v1.")
                        .map(ServerUri::parse),
                settings.optionalText(
                        "rest.root-spec",
                        "A function of the exposed schema that answers at the root instead of the description."),
                settings.bytes(
                        "rest.openapi-cache",
                        64 << 20,
                        "The most bytes of descriptions that are remembered, of all roles and schemas together."));
    }
}
