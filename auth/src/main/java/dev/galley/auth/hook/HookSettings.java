package dev.galley.auth.hook;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/**
 * Which hooks there are.
 *
 * @param timeout of a request, with all its attempts
 * @param sqlTimeout of a function
 * @param maxAnswer in bytes
 */
public record HookSettings(
        Optional<HookTarget> customAccessToken, Duration timeout, Duration sqlTimeout, int maxAnswer) {

    public static HookSettings from(SettingsReader reader) {
        return new HookSettings(
                target(reader, "auth.hook.custom-access-token", "that may change the claims of access tokens"),
                reader.duration(
                        "auth.hook.timeout",
                        Duration.ofSeconds(5),
                        "Time for a hook to answer over HTTP, with all tries."),
                reader.duration("auth.hook.sql-timeout", Duration.ofSeconds(2), "Time for a hook in SQL."),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        reader.bytes("auth.hook.max-answer", 200 << 10, "Largest answer of a hook over HTTP.")));
    }

    private static Optional<HookTarget> target(SettingsReader reader, String key, String what) {
        boolean enabled = reader.flag(key + ".enabled", false, "Whether there is a hook " + what + ".");
        Optional<String> uri = reader.optionalText(
                key + ".uri",
                "The hook " + what + ": pg-functions://postgres/SCHEMA/FUNCTION, or an address (https, or http on this"
                        + " computer).");
        Optional<String> secrets = reader.secret(
                key + ".secrets",
                "Secrets that requests to it are signed with: v1,whsec_BASE64, several separated by |.");
        if (!enabled) {
            return Optional.empty();
        }
        String given = uri.orElseThrow(() -> new SettingsException(key + ".uri: is needed when the hook is enabled"));
        return Optional.of(HookTarget.parse(key, given, secrets.orElse("")));
    }
}
