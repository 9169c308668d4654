package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import dev.galley.storage.database.Row;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The row of an object.
 *
 * @param version under which its bytes lie
 * @param userMetadata what the application added, or JSON null
 */
public record StoredObject(
        String id,
        String bucket,
        String name,
        String version,
        JsonNode metadataJson,
        JsonNode userMetadata,
        Instant created,
        Instant updated) {
    /** What {@link #of} reads, of a table called o. */
    static final String COLUMNS = "o.id, o.bucket_id, o.name, coalesce(o.version, ''), o.metadata, o.user_metadata, "
            + Times.sql("coalesce(o.created_at, 'epoch')") + ", " + Times.sql("coalesce(o.updated_at, 'epoch')");

    static StoredObject of(Row row) {
        return new StoredObject(
                row.text(0),
                row.text(1),
                row.text(2),
                row.text(3),
                json(row.maybe(4)),
                json(row.maybe(5)),
                Instant.parse(row.text(6)),
                Instant.parse(row.text(7)));
    }

    private static JsonNode json(Optional<String> text) {
        return text.map(StrictJson::read).orElse(JsonNodeFactory.instance.nullNode());
    }

    public Metadata metadata() {
        return Metadata.of(metadataJson, updated);
    }
}
