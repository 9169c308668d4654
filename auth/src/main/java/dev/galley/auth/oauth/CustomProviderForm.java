package dev.galley.auth.oauth;

import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.error.AuthError;
import dev.galley.identity.StrictJson;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an administrator says of a provider, checked before it is kept. */
record CustomProviderForm(Outgoing outgoing, Discovery discovery) {
    /** The columns that a request may set, besides the secret. */
    private static final List<String> TEXTS = List.of(
            "name",
            "client_id",
            "issuer",
            "discovery_url",
            "authorization_url",
            "token_url",
            "userinfo_url",
            "jwks_uri");

    private static final List<String> URLS =
            List.of("issuer", "discovery_url", "authorization_url", "token_url", "userinfo_url", "jwks_uri");
    private static final List<String> FLAGS = List.of("pkce_enabled", "enabled", "email_optional", "skip_nonce_check");
    private static final List<String> LISTS = List.of("acceptable_client_ids", "scopes", "custom_claims_allowlist");
    private static final List<String> OBJECTS = List.of("attribute_mapping", "authorization_params");

    /** What no provider may say of a user. */
    private static final Set<String> PROTECTED = Set.of(
            "id",
            "aud",
            "role",
            "app_metadata",
            "created_at",
            "updated_at",
            "confirmed_at",
            "email_confirmed_at",
            "phone_confirmed_at",
            "email_verified",
            "phone_verified",
            "banned_until",
            "is_super_admin",
            "iss",
            "provider_id");

    /** A new one, before anything is said of it. */
    static ObjectNode empty(String type, String identifier) {
        ObjectNode row = StrictJson.newObject();
        row.put("provider_type", type).put("identifier", identifier);
        row.put("pkce_enabled", true)
                .put("enabled", true)
                .put("email_optional", false)
                .put("skip_nonce_check", false);
        LISTS.forEach(row::putArray);
        OBJECTS.forEach(row::putObject);
        return row;
    }

    static void change(ObjectNode row, JsonBody body) {
        TEXTS.forEach(column -> body.text(column).ifPresent(value -> row.put(column, value)));
        FLAGS.forEach(
                column -> row.put(column, body.flag(column, row.path(column).asBoolean(false))));
        for (String column : LISTS) {
            if (body.has(column)) {
                row.set(column, texts(body.object().path(column), column));
            }
        }
        OBJECTS.forEach(column -> body.object(column).ifPresent(value -> row.set(column, value)));
        if (row.path("provider_type").asString("").equals("oauth2")) {
            row.remove(List.of("issuer", "discovery_url"));
        } else {
            row.remove(List.of("authorization_url", "token_url", "userinfo_url", "jwks_uri"));
        }
    }

    private static JsonNode texts(JsonNode value, String column) {
        boolean right = value.isArray()
                && value.valueStream()
                        .allMatch(each -> each.isString()
                                && !each.stringValue().isBlank()
                                && each.stringValue().indexOf('\0') < 0);
        if (!right) {
            throw AuthError.invalid(column + " must be a list of non-empty strings")
                    .thrown();
        }
        return value;
    }

    /** The provider must be complete, may reach nothing that it must not, and (OpenID Connect) must be who it says. */
    CustomProviderRow checked(CustomProviderRow row) {
        List<String> required = row.oidc()
                ? List.of("name", "client_id", "issuer")
                : List.of("name", "client_id", "authorization_url", "token_url", "userinfo_url");
        for (String column : required) {
            if (row.text(column).isEmpty()) {
                throw AuthError.invalid(column + " is required").thrown();
            }
        }
        row.row().path("attribute_mapping").propertyNames().forEach(target -> {
            if (PROTECTED.contains(target) || target.contains("/")) {
                throw AuthError.invalid("Cannot map to protected system field: " + target)
                        .thrown();
            }
        });
        row.row().path("authorization_params").properties().forEach(entry -> {
            if (Authorize.RESERVED.contains(entry.getKey().toLowerCase(Locale.ROOT))
                    || !entry.getValue().isString()) {
                throw AuthError.invalid("Cannot override reserved OAuth parameter: " + entry.getKey())
                        .thrown();
            }
        });
        for (String column : URLS) {
            Optional<String> url = row.text(column);
            if (url.isPresent()) {
                try {
                    outgoing.check(url.get(), Outgoing.Reach.CUSTOM);
                } catch (ProviderFailure failure) {
                    throw AuthError.invalid(column + ": " + failure.getMessage())
                            .thrown();
                }
            }
        }
        if (row.oidc()) {
            try {
                discovery.of(row.provider(""));
            } catch (ProviderFailure failure) {
                throw AuthError.invalid("OIDC discovery failed: " + failure.getMessage())
                        .thrown();
            }
        }
        return row;
    }
}
