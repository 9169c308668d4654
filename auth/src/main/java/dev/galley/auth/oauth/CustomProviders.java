package dev.galley.auth.oauth;

import dev.galley.auth.account.Audit;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.SqlStates;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /admin/custom-providers}: providers that an administrator adds while the program runs. */
final class CustomProviders {
    private static final String SET_COLUMNS = """
            name = new.name, client_id = new.client_id, client_secret = new.client_secret, scopes = new.scopes,
            acceptable_client_ids = new.acceptable_client_ids, pkce_enabled = new.pkce_enabled,
            attribute_mapping = new.attribute_mapping, authorization_params = new.authorization_params, enabled = new.enabled,
            email_optional = new.email_optional, issuer = new.issuer, discovery_url = new.discovery_url,
            skip_nonce_check = new.skip_nonce_check, authorization_url = new.authorization_url, token_url = new.token_url,
            userinfo_url = new.userinfo_url, jwks_uri = new.jwks_uri, custom_claims_allowlist = new.custom_claims_allowlist,
            updated_at = ?
            """;

    private final Parts parts;
    private final SecretBox secrets;
    private final CustomProviderForm form;

    CustomProviders(Parts parts, SecretBox secrets, Outgoing outgoing, Discovery discovery) {
        this.parts = parts;
        this.secrets = secrets;
        this.form = new CustomProviderForm(outgoing, discovery);
    }

    Reply list(AuthRequest request) throws SQLException {
        Optional<String> type = request.query("type");
        if (type.isPresent() && !type.get().equals("oauth2") && !type.get().equals("oidc")) {
            throw AuthError.invalid("type must be either 'oauth2' or 'oidc'").thrown();
        }
        ObjectNode json = StrictJson.newObject();
        ArrayNode all = json.putArray("providers");
        parts.transaction(connection -> CustomProviderRow.list(connection, type))
                .forEach(row -> all.add(row.json()));
        return Reply.ok(json);
    }

    Reply get(AuthRequest request) throws SQLException {
        String identifier = identifier(request.path("identifier"));
        return Reply.ok(parts.transaction(connection -> existing(connection, identifier))
                .json());
    }

    Reply create(AuthRequest request) throws SQLException {
        requireEnabled();
        JsonBody body = request.json();
        String identifier = identifier(body.text("identifier").orElse(""));
        String type = body.text("provider_type").orElse("");
        if (!type.equals("oauth2") && !type.equals("oidc")) {
            throw AuthError.invalid("provider_type must be either 'oauth2' or 'oidc'")
                    .thrown();
        }
        ObjectNode row = CustomProviderForm.empty(type, identifier);
        row.put("client_secret", secrets.seal(body.required("client_secret"), identifier));
        CustomProviderForm.change(row, body);
        int most = parts.settings().oauth().customMax();
        CustomProviderRow made = form.checked(new CustomProviderRow(row));
        return parts.transaction(connection -> {
            Reply reply = insert(connection, identifier, made, most);
            note(connection, request, Audit.Action.CUSTOM_PROVIDER_CREATED, identifier);
            return reply;
        });
    }

    private Reply insert(Connection connection, String identifier, CustomProviderRow made, int most)
            throws SQLException {
        if (CustomProviderRow.list(connection, Optional.empty()).size() >= most) {
            throw AuthError.of(
                            400,
                            ErrorCode.OVER_CUSTOM_PROVIDER_QUOTA,
                            "Maximum number of custom OAuth/OIDC providers reached")
                    .thrown();
        }
        try {
            Sql.of("""
                            insert into auth.custom_oauth_providers (provider_type, identifier, name, client_id, client_secret,
                              acceptable_client_ids, scopes, pkce_enabled, attribute_mapping, authorization_params, enabled,
                              email_optional, issuer, discovery_url, skip_nonce_check, authorization_url, token_url, userinfo_url,
                              jwks_uri, custom_claims_allowlist, created_at, updated_at)
                            select new.provider_type, new.identifier, new.name, new.client_id, new.client_secret,
                              new.acceptable_client_ids, new.scopes, new.pkce_enabled, new.attribute_mapping,
                              new.authorization_params, new.enabled, new.email_optional, new.issuer, new.discovery_url,
                              new.skip_nonce_check, new.authorization_url, new.token_url, new.userinfo_url, new.jwks_uri,
                              new.custom_claims_allowlist, ?, ?
                              from jsonb_populate_record(null::auth.custom_oauth_providers, ?::jsonb) as new
                            """, parts.now(), parts.now(), StrictJson.write(made.row())).update(connection);
        } catch (SQLException e) {
            throw refusal(e);
        }
        return new Reply(
                201,
                java.util.Map.of(),
                Optional.of(existing(connection, identifier).json()));
    }

    Reply update(AuthRequest request) throws SQLException {
        requireEnabled();
        String identifier = identifier(request.path("identifier"));
        JsonBody body = request.json();
        ObjectNode row = parts.transaction(connection -> existing(connection, identifier))
                .row();
        CustomProviderForm.change(row, body);
        body.text("client_secret").ifPresent(secret -> row.put("client_secret", secrets.seal(secret, identifier)));
        CustomProviderRow changed = form.checked(new CustomProviderRow(row));
        return parts.transaction(connection -> {
            try {
                new Sql(
                                "update auth.custom_oauth_providers p set " + SET_COLUMNS
                                        + " from jsonb_populate_record(null::auth.custom_oauth_providers, ?::jsonb) as new"
                                        + " where p.identifier = ?",
                                List.of(parts.now(), StrictJson.write(changed.row()), identifier))
                        .update(connection);
            } catch (SQLException e) {
                throw refusal(e);
            }
            note(connection, request, Audit.Action.CUSTOM_PROVIDER_UPDATED, identifier);
            return Reply.ok(existing(connection, identifier).json());
        });
    }

    private void note(Connection connection, AuthRequest request, Audit.Action action, String identifier)
            throws SQLException {
        Audit.noteByService(
                connection,
                action,
                StrictJson.newObject().put("provider", identifier),
                request.clientAddress(),
                parts.now());
    }

    Reply delete(AuthRequest request) throws SQLException {
        String identifier = identifier(request.path("identifier"));
        return parts.transaction(connection -> {
            int deleted = Sql.of("delete from auth.custom_oauth_providers where identifier = ?", identifier)
                    .update(connection);
            if (deleted == 0) {
                throw unknown();
            }
            note(connection, request, Audit.Action.CUSTOM_PROVIDER_DELETED, identifier);
            return Reply.noContent();
        });
    }

    private void requireEnabled() {
        if (!parts.settings().oauth().customEnabled()) {
            throw AuthError.of(400, ErrorCode.FEATURE_DISABLED, "Custom OAuth providers are disabled")
                    .thrown();
        }
    }

    private static String identifier(String text) {
        if (!text.startsWith(CustomProviderRow.PREFIX)) {
            throw AuthError.invalid("identifier must start with 'custom:' prefix")
                    .thrown();
        }
        return text;
    }

    private static CustomProviderRow existing(Connection connection, String identifier) throws SQLException {
        return CustomProviderRow.find(connection, identifier).orElseThrow(CustomProviders::unknown);
    }

    private static AuthException refusal(SQLException e) throws SQLException {
        if (SqlStates.duplicate(e)) {
            return AuthError.of(400, ErrorCode.CONFLICT, "A custom OAuth provider with this identifier already exists")
                    .thrown();
        }
        if ("23514".equals(e.getSQLState())) {
            return AuthError.invalid(
                            "A field is too long, or the identifier has other characters than a-z, 0-9, : and -")
                    .thrown();
        }
        throw e;
    }

    private static AuthException unknown() {
        return AuthError.of(404, ErrorCode.CUSTOM_PROVIDER_NOT_FOUND, "Custom OAuth provider not found")
                .thrown();
    }
}
