package dev.galley.auth.config;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which other providers users can sign in by, and the limits of asking them.
 *
 * @param providers by name; those that are not enabled are here too
 * @param stateExpiry how long a user may take at the provider
 * @param timeout for the whole of a provider's answer
 * @param maxAnswer the largest answer, in bytes
 * @param maxWaiting requests to providers at a time
 * @param cacheTime how long a provider's addresses and keys are kept
 * @param bound whether a sign-in must end in the browser in which it began
 * @param customEnabled whether administrators may add providers in the database
 * @param customMax how many of them
 * @param customPrivate whether those may be in private networks
 */
public record OAuthSettings(
        Map<String, ProviderSettings> providers,
        Duration stateExpiry,
        Duration timeout,
        int maxAnswer,
        int maxWaiting,
        Duration cacheTime,
        boolean bound,
        boolean customEnabled,
        int customMax,
        boolean customPrivate) {
    private static final String PREFIX = "auth.external.";
    private static final List<String> PROPERTIES = List.of(
            "enabled",
            "client_id",
            "secret",
            "redirect_uri",
            "url",
            "skip_nonce_check",
            "email_optional",
            "trust_email",
            "tenants");

    public static OAuthSettings from(SettingsReader reader) {
        return new OAuthSettings(
                providers(reader.table(
                        PREFIX,
                        "Providers to sign in by, each as <provider>.enabled, client-id (more after commas), secret,"
                                + " redirect-uri, url, skip-nonce-check, email-optional, trust-email, tenants (Azure). A name that"
                                + " is not built in, with a url, is an OpenID Connect provider found by discovery.")),
                positive(reader, "auth.oauth.state-expiry", Duration.ofMinutes(10), "Time for a user at a provider."),
                positive(
                        reader,
                        "auth.oauth.timeout",
                        Duration.ofSeconds(10),
                        "Time for the whole answer of a provider."),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        reader.bytes(
                                "auth.oauth.max-answer", 256 * 1024, "Largest answer of a provider that is read.")),
                reader.integer(
                        "auth.oauth.max-waiting", 64, 1, 10_000, "Requests to providers at a time; more are refused."),
                positive(
                        reader,
                        "auth.oauth.cache-time",
                        Duration.ofMinutes(10),
                        "How long a provider's addresses and keys are kept."),
                reader.flag(
                        "auth.oauth.bind-to-browser",
                        true,
                        "Whether a sign-in by a provider must end in the browser in which it began."),
                reader.flag(
                        "auth.custom-oauth.enabled",
                        true,
                        "Whether administrators may add providers by the admin API."),
                reader.integer(
                        "auth.custom-oauth.max-providers", 50, 0, 10_000, "Most providers added by the admin API."),
                reader.flag(
                        "auth.custom-oauth.allow-private-networks",
                        false,
                        "Whether a provider added by the admin API may be in a private network or on this computer."));
    }

    public boolean enabled(String provider) {
        return Optional.ofNullable(providers.get(provider))
                .filter(ProviderSettings::enabled)
                .isPresent();
    }

    private static Duration positive(SettingsReader reader, String key, Duration fallback, String description) {
        Duration value = reader.duration(key, fallback, description);
        if (!value.isPositive()) {
            throw new SettingsException(key + " must be more than 0s");
        }
        return value;
    }

    private static Map<String, ProviderSettings> providers(Map<String, String> given) {
        Map<String, Map<String, String>> byProvider = new TreeMap<>();
        given.forEach((key, value) -> {
            // A variable of the environment cannot tell . and - from _.
            String name = key.toLowerCase(Locale.ROOT).replace('.', '_').replace('-', '_');
            String property = PROPERTIES.stream()
                    .filter(each -> name.endsWith("_" + each))
                    .max(Comparator.comparingInt(String::length))
                    .orElseThrow(() -> new SettingsException(
                            PREFIX + key + ": is no setting; there are " + String.join(", ", PROPERTIES)));
            String provider = name.substring(0, name.length() - property.length() - 1);
            byProvider.computeIfAbsent(provider, _ -> new HashMap<>()).put(property, value.strip());
        });
        Map<String, ProviderSettings> all = new HashMap<>();
        byProvider.forEach((provider, values) -> all.put(provider, provider(provider, values)));
        return Map.copyOf(all);
    }

    private static ProviderSettings provider(String name, Map<String, String> values) {
        ProviderSettings settings = new ProviderSettings(
                flag(name, values, "enabled"),
                list(values, "client_id"),
                values.getOrDefault("secret", ""),
                text(values, "redirect_uri"),
                text(values, "url").map(url -> url.replaceAll("/+$", "")),
                flag(name, values, "skip_nonce_check"),
                flag(name, values, "email_optional"),
                flag(name, values, "trust_email"),
                list(values, "tenants"));
        if (!settings.enabled()) {
            return settings;
        }
        if (settings.clientIds().isEmpty()) {
            throw new SettingsException(PREFIX + name + ".client-id is missing");
        }
        return settings;
    }

    private static Optional<String> text(Map<String, String> values, String property) {
        return Optional.ofNullable(values.get(property)).filter(value -> !value.isEmpty());
    }

    private static List<String> list(Map<String, String> values, String property) {
        return Arrays.stream(values.getOrDefault(property, "").split(",", -1))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static boolean flag(String provider, Map<String, String> values, String property) {
        return switch (values.getOrDefault(property, "false")) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw new SettingsException(PREFIX + provider + "." + property + ": must be true or false");
        };
    }
}
