package dev.galley.auth.sso;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.SqlStates;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /admin/sso/providers}: identity providers of organisations. */
final class ProviderAdmin {
    private static final String RESOURCE = "resource_";

    private final Parts parts;
    private final MetadataSource metadata;

    ProviderAdmin(Parts parts, MetadataSource metadata) {
        this.parts = parts;
        this.metadata = metadata;
    }

    Reply list(AuthRequest request) throws SQLException {
        Optional<String> resource = request.query("resource_id");
        Optional<String> prefix = request.query("resource_id_prefix");
        List<ProviderRow> rows = parts.transaction(connection -> {
            if (resource.isPresent()) {
                return ProviderRow.byResource(connection, resource.get()).stream()
                        .toList();
            }
            return prefix.isPresent()
                    ? ProviderRow.byResourcePrefix(connection, prefix.get())
                    : ProviderRow.all(connection);
        });
        ObjectNode json = StrictJson.newObject();
        ArrayNode items = json.putArray("items");
        rows.forEach(row -> items.add(row.json(false)));
        return Reply.ok(json);
    }

    Reply get(AuthRequest request) throws SQLException {
        return Reply.ok(
                parts.transaction(connection -> existing(connection, request)).json(true));
    }

    Reply create(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        if (!body.text("type").orElse("").equals("saml")) {
            throw AuthError.invalid("Only 'saml' supported for SSO provider type")
                    .thrown();
        }
        ProviderForm form = ProviderForm.of(body);
        MetadataSource.Read read = metadata(body)
                .orElseThrow(() -> AuthError.invalid("Either metadata_xml or metadata_url must be set")
                        .thrown());
        UUID id = UUID.randomUUID();
        ProviderRow made = changing(connection -> {
            insert(connection, id, body, form, read);
            domains(connection, id, form.domains().orElse(List.of()));
            return ProviderRow.byId(connection, id).orElseThrow();
        });
        return new Reply(201, Map.of(), Optional.of(made.json(true)));
    }

    private void insert(Connection connection, UUID id, JsonBody body, ProviderForm form, MetadataSource.Read read)
            throws SQLException {
        String entityId = read.provider().entityId();
        if (ProviderRow.byEntity(connection, entityId).isPresent()) {
            throw AuthError.of(
                            422,
                            ErrorCode.SAML_IDP_ALREADY_EXISTS,
                            "SAML Identity Provider with this EntityID (" + entityId + ") already exists")
                    .thrown();
        }
        Sql.of(
                        "insert into auth.sso_providers (id, resource_id, disabled, created_at, updated_at)"
                                + " values (?, ?, ?, ?, ?)",
                        id,
                        form.resourceId().filter(resource -> !resource.isEmpty()),
                        body.flag("disabled", false),
                        parts.now(),
                        parts.now())
                .update(connection);
        Sql.of(
                        """
                        insert into auth.saml_providers (id, sso_provider_id, entity_id, metadata_xml, metadata_url,
                          attribute_mapping, name_id_format, created_at, updated_at)
                        values (gen_random_uuid(), ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
                        """,
                        id,
                        entityId,
                        read.xml(),
                        body.text("metadata_url"),
                        StrictJson.write(
                                form.mapping().map(AttributeMapping::json).orElseGet(StrictJson::newObject)),
                        form.nameIdFormat().filter(format -> !format.isEmpty()),
                        parts.now(),
                        parts.now())
                .update(connection);
    }

    Reply update(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        ProviderForm form = ProviderForm.of(body);
        Optional<MetadataSource.Read> read = metadata(body);
        ProviderRow changed = changing(connection -> {
            ProviderRow row = existing(connection, request);
            if (read.isPresent()) {
                change(connection, row, body, read.get());
            }
            if (form.domains().isPresent()) {
                domains(connection, row.id(), form.domains().get());
            }
            Sql.of(
                            """
                            update auth.sso_providers
                               set resource_id = case when ? then ? else resource_id end,
                                   disabled = coalesce(?, disabled), updated_at = ?
                             where id = ?
                            """,
                            form.resourceId().isPresent(),
                            form.resourceId().filter(resource -> !resource.isEmpty()),
                            Optional.of(body.flag("disabled", false)).filter(_ -> body.has("disabled")),
                            parts.now(),
                            row.id())
                    .update(connection);
            Sql.of(
                            """
                            update auth.saml_providers
                               set attribute_mapping = coalesce(?::jsonb, attribute_mapping),
                                   name_id_format = case when ? then ? else name_id_format end
                             where sso_provider_id = ?
                            """,
                            form.mapping().map(mapping -> StrictJson.write(mapping.json())),
                            form.nameIdFormat().isPresent(),
                            form.nameIdFormat().filter(format -> !format.isEmpty()),
                            row.id())
                    .update(connection);
            return ProviderRow.byId(connection, row.id()).orElseThrow();
        });
        return Reply.ok(changed.json(true));
    }

    /** Metadata that are given as such are not fetched any more. */
    private void change(Connection connection, ProviderRow row, JsonBody body, MetadataSource.Read read)
            throws SQLException {
        if (!read.provider().entityId().equals(row.entityId())) {
            throw AuthError.of(
                            400,
                            ErrorCode.SAML_ENTITY_ID_MISMATCH,
                            "SAML Metadata can be updated only if the EntityID matches for the provider; expected '"
                                    + row.entityId() + "' but got '"
                                    + read.provider().entityId() + "'")
                    .thrown();
        }
        Sql.of(
                        "update auth.saml_providers set metadata_xml = ?, metadata_url = ?, updated_at = ? where"
                                + " sso_provider_id = ?",
                        read.xml(),
                        body.text("metadata_url"),
                        parts.now(),
                        row.id())
                .update(connection);
    }

    Reply delete(AuthRequest request) throws SQLException {
        ProviderRow deleted = parts.transaction(connection -> {
            ProviderRow row = existing(connection, request);
            Sql.of("delete from auth.sso_providers where id = ?", row.id()).update(connection);
            return row;
        });
        return Reply.ok(deleted.json(true));
    }

    private Optional<MetadataSource.Read> metadata(JsonBody body) {
        Optional<String> xml = body.text("metadata_xml");
        Optional<String> url = body.text("metadata_url");
        if (xml.isPresent() && url.isPresent()) {
            throw AuthError.invalid("Only one of metadata_xml or metadata_url needs to be set")
                    .thrown();
        }
        return url.map(metadata::fetch).or(() -> xml.map(text -> metadata.read(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** These, and no others. */
    private void domains(Connection connection, UUID provider, List<String> domains) throws SQLException {
        for (String domain : domains) {
            Optional<ProviderRow> holder = ProviderRow.byDomain(connection, domain);
            if (holder.isPresent() && !holder.get().id().equals(provider)) {
                throw AuthError.of(
                                400,
                                ErrorCode.SSO_DOMAIN_ALREADY_EXISTS,
                                "SSO Domain '" + domain + "' is already assigned to an SSO identity provider ("
                                        + holder.get().id() + ")")
                        .thrown();
            }
        }
        String[] wanted = domains.toArray(String[]::new);
        Sql.of(
                        "delete from auth.sso_domains where sso_provider_id = ? and not (lower(domain) = any (?))",
                        provider,
                        connection.createArrayOf("text", wanted))
                .update(connection);
        for (String domain : domains) {
            Sql.of("""
                insert into auth.sso_domains (id, sso_provider_id, domain, created_at, updated_at)
                select gen_random_uuid(), ?, ?, ?, ?
                 where not exists (select from auth.sso_domains where sso_provider_id = ? and lower(domain) = ?)
                """, provider, domain, parts.now(), parts.now(), provider, domain)
                    .update(connection);
        }
    }

    private static ProviderRow existing(Connection connection, AuthRequest request) throws SQLException {
        String id = request.path("id");
        Optional<UUID> uuid = Departure.uuid(id);
        Optional<ProviderRow> row = id.startsWith(RESOURCE)
                ? ProviderRow.byResource(connection, id.substring(RESOURCE.length()))
                : uuid.isPresent() ? ProviderRow.byId(connection, uuid.get()) : Optional.empty();
        return row.orElseThrow(
                () -> AuthError.of(404, ErrorCode.SSO_PROVIDER_NOT_FOUND, "SSO Identity Provider not found")
                        .thrown());
    }

    /** Somebody else may have taken a domain, an entity or a resource meanwhile. */
    private <T> T changing(PlatformDatabase.Work<T> work) throws SQLException {
        try {
            return parts.transaction(work);
        } catch (SQLException e) {
            if (SqlStates.duplicate(e)) {
                throw AuthError.of(
                                422,
                                ErrorCode.CONFLICT,
                                "Another SSO provider has this EntityID, domain or resource_id already")
                        .thrown();
            }
            throw e;
        }
    }
}
