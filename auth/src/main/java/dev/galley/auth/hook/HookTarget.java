package dev.galley.auth.hook;

import dev.galley.settings.SettingsException;
import java.net.URI;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Where a hook is. */
public sealed interface HookTarget {
    Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,62}");
    Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    String SECRET = "v1,whsec_";

    /** A function of the project's database that takes and returns {@code jsonb}. */
    record Function(String schema, String name) implements HookTarget {}

    /** @param secrets in base64; the request is signed with each of them */
    record Http(URI address, List<String> secrets) implements HookTarget {
        /** Never prints a secret. */
        @Override
        public String toString() {
            return "Http[" + address.getHost() + "]";
        }
    }

    /**
     * @param key of the settings, for errors
     * @param secrets {@code v1,whsec_BASE64}, several separated by {@code |}
     */
    static HookTarget parse(String key, String text, String secrets) {
        try {
            URI address = URI.create(text);
            return switch (String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT)) {
                case "pg-functions" -> function(key, address);
                case "https" -> http(key, address, secrets);
                case "http" -> {
                    if (!LOOPBACK.contains(String.valueOf(address.getHost()))) {
                        throw new SettingsException(key + ".uri: http is for this computer only; use https");
                    }
                    yield http(key, address, secrets);
                }
                default ->
                    throw new SettingsException(key + ".uri: must be pg-functions://, https:// or http://localhost");
            };
        } catch (IllegalArgumentException e) {
            throw new SettingsException(key + ".uri: is not a URI");
        }
    }

    private static HookTarget function(String key, URI address) {
        List<String> parts = List.of(String.valueOf(address.getPath()).split("/", -1));
        if (parts.size() != 3
                || !NAME.matcher(parts.get(1)).matches()
                || !NAME.matcher(parts.get(2)).matches()) {
            throw new SettingsException(key + ".uri: must be pg-functions://postgres/SCHEMA/FUNCTION");
        }
        return new Function(parts.get(1), parts.get(2));
    }

    private static HookTarget http(String key, URI address, String secrets) {
        if (address.getHost() == null || address.getRawUserInfo() != null || address.getRawFragment() != null) {
            throw new SettingsException(key + ".uri: must be an address without login and fragment");
        }
        List<String> all = Arrays.stream(secrets.split("\\|"))
                .map(String::strip)
                .filter(secret -> !secret.isEmpty())
                .map(secret -> secret(key, secret))
                .toList();
        if (all.isEmpty()) {
            throw new SettingsException(key + ".secrets: is needed, so that the receiver can tell who asks");
        }
        return new Http(address, all);
    }

    private static String secret(String key, String text) {
        String base64 = text.startsWith(SECRET) ? text.substring(SECRET.length()) : "";
        try {
            if (Base64.getDecoder().decode(base64).length > 0) {
                return base64;
            }
        } catch (IllegalArgumentException e) {
            throw new SettingsException(key + ".secrets: must be v1,whsec_ and base64");
        }
        throw new SettingsException(key + ".secrets: must be v1,whsec_ and base64");
    }
}
