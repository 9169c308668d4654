package dev.galley.auth.hook;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which hooks there are.
 *
 * @param targets of those that are enabled
 * @param timeout of a request, with all its attempts
 * @param sqlTimeout of a function
 * @param maxAnswer in bytes
 */
public record HookSettings(Map<Hook, HookTarget> targets, Duration timeout, Duration sqlTimeout, int maxAnswer) {

    public static HookSettings from(SettingsReader reader) {
        Map<Hook, HookTarget> targets = new EnumMap<>(Hook.class);
        for (Hook hook : Hook.values()) {
            target(reader, hook).ifPresent(target -> targets.put(hook, target));
        }
        return new HookSettings(
                Map.copyOf(targets),
                reader.duration(
                        "auth.hook.timeout",
                        Duration.ofSeconds(5),
                        "Time for a hook to answer over HTTP, with all tries."),
                reader.duration("auth.hook.sql-timeout", Duration.ofSeconds(2), "Time for a hook in SQL."),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        reader.bytes("auth.hook.max-answer", 200 << 10, "Largest answer of a hook over HTTP.")));
    }

    public boolean has(Hook hook) {
        return targets.containsKey(hook);
    }

    boolean overHttp(Hook hook) {
        return targets.get(hook) instanceof HookTarget.Http;
    }

    private static Optional<HookTarget> target(SettingsReader reader, Hook hook) {
        String key = hook.key();
        boolean enabled = reader.flag(key + ".enabled", false, "Whether there is a hook " + hook.what() + ".");
        Optional<String> uri = reader.optionalText(
                key + ".uri",
                "The hook " + hook.what()
                        + ": pg-functions://postgres/SCHEMA/FUNCTION, or an address (https, or http on this"
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
