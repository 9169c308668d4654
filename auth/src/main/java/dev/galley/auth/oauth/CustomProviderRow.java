package dev.galley.auth.oauth;

import dev.galley.auth.config.ProviderSettings;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A row of {@code auth.custom_oauth_providers}: a provider that an administrator added. */
record CustomProviderRow(ObjectNode row) {
    static final String PREFIX = "custom:";

    static Optional<CustomProviderRow> find(Connection connection, String identifier) throws SQLException {
        return Sql.of("select to_jsonb(p) from auth.custom_oauth_providers p where identifier = ?", identifier)
                .one(connection, result -> of(result.getString(1)));
    }

    static List<CustomProviderRow> list(Connection connection, Optional<String> type) throws SQLException {
        return Sql.of("""
                        select to_jsonb(p) from auth.custom_oauth_providers p
                         where ?::text is null or provider_type = ?::text order by created_at, identifier limit 1000
                        """, type, type).list(connection, result -> of(result.getString(1)));
    }

    private static CustomProviderRow of(String json) {
        return new CustomProviderRow((ObjectNode) StrictJson.read(json));
    }

    boolean oidc() {
        return text("provider_type").orElse("").equals("oidc");
    }

    /** As administrators see it: without the secret. */
    ObjectNode json() {
        ObjectNode json = row.deepCopy();
        json.remove(List.of("client_secret", "discovery_cached_at"));
        if (json.path("cached_discovery").isObject()) {
            json.set("discovery_document", json.path("cached_discovery"));
        }
        json.remove("cached_discovery");
        List<String> empty = json.properties().stream()
                .filter(entry -> entry.getValue().isNull())
                .map(Map.Entry::getKey)
                .toList();
        json.remove(empty);
        return json;
    }

    Provider provider(String secret) {
        List<String> clientIds = new ArrayList<>();
        clientIds.add(text("client_id").orElse(""));
        clientIds.addAll(texts("acceptable_client_ids"));
        Map<String, String> params = new HashMap<>();
        row.path("authorization_params")
                .properties()
                .forEach(entry -> params.put(entry.getKey(), entry.getValue().asString("")));
        List<String> scopes = new ArrayList<>(texts("scopes"));
        if (oidc() && !scopes.contains("openid")) {
            scopes.addFirst("openid");
        }
        ObjectNode sources =
                row.path("attribute_mapping") instanceof ObjectNode object ? object : StrictJson.newObject();
        ProviderSpec spec = new ProviderSpec(
                oidc() ? text("issuer").stream().toList() : List.of(),
                oidc() ? text("discovery_url").or(() -> text("issuer")) : Optional.empty(),
                oidc() ? Optional.empty() : text("authorization_url"),
                oidc() ? Optional.empty() : text("token_url"),
                oidc() ? Optional.empty() : text("userinfo_url"),
                Optional.empty(),
                Optional.empty(),
                List.copyOf(scopes),
                Map.copyOf(params),
                Map.of(),
                row.path("pkce_enabled").asBoolean(true),
                oidc(),
                false,
                false,
                false,
                true,
                ProfileMapping.STANDARD.with(sources, texts("custom_claims_allowlist")));
        ProviderSettings settings = new ProviderSettings(
                row.path("enabled").asBoolean(false),
                List.copyOf(clientIds),
                secret,
                Optional.empty(),
                Optional.empty(),
                row.path("skip_nonce_check").asBoolean(false),
                row.path("email_optional").asBoolean(false),
                false,
                List.of());
        return new Provider(text("identifier").orElseThrow(), spec, settings);
    }

    Optional<String> text(String column) {
        return row.path(column).stringValueOpt().filter(value -> !value.isEmpty());
    }

    private List<String> texts(String column) {
        return row.path(column)
                .valueStream()
                .map(JsonNode::stringValueOpt)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "CustomProviderRow";
    }
}
