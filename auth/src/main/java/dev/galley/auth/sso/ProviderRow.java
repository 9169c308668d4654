package dev.galley.auth.sso;

import dev.galley.auth.account.Identities;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An identity provider as {@code auth.sso_providers}, {@code saml_providers} and {@code sso_domains} have it.
 *
 * @param row the columns of the first, with {@code saml} (those of the second) and {@code domains} (rows of the third)
 */
record ProviderRow(ObjectNode row) {
    private static final String SELECT = """
        select to_jsonb(p) || jsonb_build_object('saml', to_jsonb(s), 'domains', coalesce((
            select jsonb_agg(to_jsonb(d) order by d.created_at, d.domain)
              from auth.sso_domains d where d.sso_provider_id = p.id), '[]'))
          from auth.sso_providers p join auth.saml_providers s on s.sso_provider_id = p.id
        """;

    static Optional<ProviderRow> byId(Connection connection, UUID id) throws SQLException {
        return list(connection, "p.id = ?", id).stream().findFirst();
    }

    static Optional<ProviderRow> byResource(Connection connection, String resource) throws SQLException {
        return list(connection, "lower(p.resource_id) = ?", resource.toLowerCase(Locale.ROOT)).stream()
                .findFirst();
    }

    static Optional<ProviderRow> byEntity(Connection connection, String entityId) throws SQLException {
        return list(connection, "s.entity_id = ?", entityId).stream().findFirst();
    }

    static Optional<ProviderRow> byDomain(Connection connection, String domain) throws SQLException {
        return list(
                        connection,
                        "p.id = (select d.sso_provider_id from auth.sso_domains d where lower(d.domain) = ?)",
                        domain.toLowerCase(Locale.ROOT))
                .stream()
                .findFirst();
    }

    static List<ProviderRow> byResourcePrefix(Connection connection, String prefix) throws SQLException {
        return list(connection, "starts_with(p.resource_id, ?) order by p.created_at, p.id", prefix);
    }

    static List<ProviderRow> all(Connection connection) throws SQLException {
        return list(connection, "true order by p.created_at, p.id");
    }

    private static List<ProviderRow> list(Connection connection, String condition, Object... parameters)
            throws SQLException {
        return Sql.of(SELECT + " where " + condition, parameters)
                .list(connection, row -> new ProviderRow((ObjectNode) StrictJson.read(row.getString(1))));
    }

    UUID id() {
        return UUID.fromString(row.path("id").stringValue());
    }

    /** As identities of its users name it. */
    String name() {
        return Identities.SSO + id();
    }

    boolean enabled() {
        return !row.path("disabled").asBoolean(false);
    }

    String entityId() {
        return saml("entity_id").orElse("");
    }

    byte[] metadata() {
        return saml("metadata_xml").orElse("").getBytes(StandardCharsets.UTF_8);
    }

    Optional<String> metadataUrl() {
        return saml("metadata_url");
    }

    /** When the metadata were fetched last. */
    Instant metadataTime() {
        return saml("updated_at")
                .map(time -> OffsetDateTime.parse(time).toInstant())
                .orElse(Instant.EPOCH);
    }

    Optional<String> nameIdFormat() {
        return saml("name_id_format");
    }

    AttributeMapping mapping() {
        return new AttributeMapping(
                row.path("saml").path("attribute_mapping") instanceof ObjectNode mapping
                        ? mapping
                        : StrictJson.newObject());
    }

    private Optional<String> saml(String column) {
        return row.path("saml").path(column).stringValueOpt().filter(value -> !value.isEmpty());
    }

    /** @param whole with the metadata, which are long */
    ObjectNode json(boolean whole) {
        ObjectNode json = StrictJson.newObject().put("id", row.path("id").stringValue());
        row.path("resource_id").stringValueOpt().ifPresent(resource -> json.put("resource_id", resource));
        json.set("disabled", row.path("disabled"));
        ObjectNode saml = json.putObject("saml").put("entity_id", entityId());
        if (whole) {
            saml.put("metadata_xml", saml("metadata_xml").orElse(""));
        }
        metadataUrl().ifPresent(url -> saml.put("metadata_url", url));
        saml.set("attribute_mapping", mapping().json());
        nameIdFormat().ifPresent(format -> saml.put("name_id_format", format));
        ArrayNode domains = json.putArray("domains");
        for (JsonNode domain : row.path("domains")) {
            domains.addObject()
                    .put("domain", domain.path("domain").asString(""))
                    .put("created_at", domain.path("created_at").asString(""))
                    .put("updated_at", domain.path("updated_at").asString(""));
        }
        return json.put("created_at", row.path("created_at").asString(""))
                .put("updated_at", row.path("updated_at").asString(""));
    }
}
