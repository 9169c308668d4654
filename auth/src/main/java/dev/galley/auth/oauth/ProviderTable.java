package dev.galley.auth.oauth;

import dev.galley.auth.config.ProviderSettings;
import dev.galley.identity.StrictJson;
import dev.galley.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The providers that are built in: {@code providers.json}, read when the first one is asked for. */
public final class ProviderTable {
    private static final List<String> STANDARD_SCOPES = List.of("openid", "profile", "email");

    private ProviderTable() {}

    private static final class Data {
        static final ObjectNode TABLE = read();

        private static ObjectNode read() {
            try (InputStream file = ProviderTable.class.getResourceAsStream("providers.json")) {
                if (file == null) {
                    throw new IllegalStateException("providers.json is missing");
                }
                return (ObjectNode) StrictJson.read(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public static Set<String> names() {
        return new TreeSet<>(Data.TABLE.propertyNames());
    }

    /** Whether everybody runs this one themselves, so that only its URL tells where it is. */
    static boolean ownUrl(String name) {
        return !Data.TABLE.has(name)
                || Data.TABLE
                        .path(name)
                        .path("hosts")
                        .path("auth")
                        .asString("-")
                        .isEmpty();
    }

    /** @throws SettingsException when a provider of the settings cannot be found or asked */
    static void check(String name, ProviderSettings settings) {
        String key = "auth.external." + name;
        if (!settings.enabled()) {
            return;
        }
        if (ownUrl(name) && settings.url().isEmpty()) {
            throw new SettingsException(
                    key + ": is not built in, or is a provider that everybody runs themselves; its url is missing");
        }
        if (settings.url().isPresent() && !Outgoing.mayBeAsked(settings.url().get())) {
            throw new SettingsException(key + ".url must begin with https://, or be on this computer");
        }
    }

    /** A name that is not built in is an OpenID Connect provider found by discovery at its URL. */
    static ProviderSpec spec(String name, ProviderSettings settings) {
        return Data.TABLE.get(name) instanceof ObjectNode entry
                ? builtIn(entry, settings)
                : byDiscovery(settings.url().orElseThrow());
    }

    private static ProviderSpec byDiscovery(String issuer) {
        return new ProviderSpec(
                List.of(issuer),
                Optional.of(issuer),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                STANDARD_SCOPES,
                Map.of(),
                Map.of(),
                true,
                true,
                false,
                false,
                false,
                false,
                ProfileMapping.STANDARD);
    }

    private static ProviderSpec builtIn(ObjectNode entry, ProviderSettings settings) {
        Map<String, String> names = new HashMap<>();
        entry.path("hosts")
                .properties()
                .forEach(host -> names.put(host.getKey(), host.getValue().asString("")));
        settings.url().ifPresent(url -> {
            boolean apiApart = names.containsKey("auth");
            names.replaceAll((host, _) ->
                    host.equals("api") && apiApart ? url + entry.path("ownApi").asString("") : url);
        });
        names.put("client_id", settings.clientIds().isEmpty() ? "" : settings.clientId());
        List<String> issuers = entry.path("issuers")
                .valueStream()
                .map(issuer -> filled(issuer.asString(""), names))
                .toList();
        if (!issuers.isEmpty()) {
            names.put("issuer", issuers.getFirst());
        }
        Map<String, String> headers = new HashMap<>();
        texts(entry.path("headers")).forEach((header, value) -> headers.put(header, filled(value, names)));
        return new ProviderSpec(
                issuers,
                text(entry, "discovery", names),
                text(entry, "authorize", names),
                text(entry, "token", names),
                text(entry, "profile", names),
                text(entry, "profileInToken", Map.of()),
                text(entry, "emails", names),
                entry.path("scopes")
                        .valueStream()
                        .map(scope -> scope.asString(""))
                        .toList(),
                texts(entry.path("params")),
                Map.copyOf(headers),
                entry.path("pkce").asBoolean(false),
                entry.path("nonce").asBoolean(false),
                entry.path("basic").asBoolean(false),
                entry.path("proof").asBoolean(false),
                entry.path("tenants").asBoolean(false),
                false,
                ProfileMapping.of(entry));
    }

    private static Optional<String> text(ObjectNode entry, String field, Map<String, String> names) {
        return entry.path(field).stringValueOpt().map(template -> filled(template, names));
    }

    private static String filled(String template, Map<String, String> names) {
        String text = template;
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace("{" + name.getKey() + "}", name.getValue());
        }
        return text;
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> all = new HashMap<>();
        object.properties()
                .forEach(entry -> all.put(entry.getKey(), entry.getValue().asString("")));
        return Map.copyOf(all);
    }
}
