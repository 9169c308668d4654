package dev.galley.server;

import dev.galley.settings.SettingsException;
import dev.galley.settings.TomlLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tables {@code [auth.third_party.*]} of {@code supabase/config.toml}: another provider's tokens are accepted too. Each of these
 * publishes its keys at a known address; as some sign for all their customers with the same keys, the issuer counts as well.
 */
final class SupabaseThirdParty {
    private static final String TABLE = "auth.third_party.";

    /** The providers, each with what the file says of one. */
    private static final Map<String, List<String>> KEYS = Map.of(
            "firebase", List.of("project_id"),
            "auth0", List.of("tenant", "tenant_region"),
            "aws_cognito", List.of("user_pool_id", "user_pool_region"),
            "clerk", List.of("domain"));

    private SupabaseThirdParty() {}

    static List<String> keys() {
        List<String> all = new ArrayList<>();
        KEYS.forEach((name, keys) -> {
            all.add(TABLE + name + ".enabled");
            keys.forEach(key -> all.add(TABLE + name + "." + key));
        });
        return all;
    }

    /** Our settings with those that follow from the file's provider. */
    static TomlLayer added(TomlLayer file, TomlLayer ours) {
        List<String> enabled = KEYS.keySet().stream()
                .filter(name -> text(file, name, "enabled").equals("true"))
                .sorted()
                .toList();
        if (enabled.isEmpty()) {
            return ours;
        }
        if (enabled.size() > 1) {
            throw new SettingsException(TABLE + enabled.get(1) + ": only one of [auth.third_party.*] can be enabled");
        }
        String name = enabled.getFirst();
        String issuer = issuer(file, name);
        String because = TABLE + name + ".enabled";
        String jwks = name.equals("firebase")
                ? "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com"
                : issuer.replaceAll("/$", "") + "/.well-known/jwks.json";
        return ours.with("auth.jwks-url", jwks, because).with("auth.jwks-issuer", issuer, because);
    }

    private static String issuer(TomlLayer file, String name) {
        return switch (name) {
            case "firebase" -> "https://securetoken.google.com/" + required(file, name, "project_id");
            case "auth0" -> {
                String region = text(file, name, "tenant_region");
                yield "https://" + required(file, name, "tenant") + (region.isEmpty() ? "" : "." + region)
                        + ".auth0.com/";
            }
            case "aws_cognito" ->
                "https://cognito-idp." + required(file, name, "user_pool_region") + ".amazonaws.com/"
                        + required(file, name, "user_pool_id");
            default -> "https://" + required(file, name, "domain");
        };
    }

    private static String required(TomlLayer file, String name, String key) {
        String text = text(file, name, key);
        // It becomes part of an address that is asked for keys.
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,252}")) {
            throw new SettingsException(TABLE + name + "." + key + ": is needed, of letters, digits, dots and hyphens");
        }
        return text;
    }

    private static String text(TomlLayer file, String name, String key) {
        return file.find(TABLE + name + "." + key).map(given -> given.text()).orElse("");
    }
}
