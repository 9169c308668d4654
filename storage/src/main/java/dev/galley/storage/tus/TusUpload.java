package dev.galley.storage.tus;

import dev.galley.identity.StrictJson;
import dev.galley.storage.database.Row;
import dev.galley.storage.object.Placement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An upload under way.
 *
 * @param length of the whole, or negative when the client has not said it yet
 * @param received bytes so far
 * @param parts versions that hold them, in order
 * @param declared the header {@code Upload-Metadata} as it came
 * @param finished whether it is an object
 */
record TusUpload(
        String id,
        Placement placement,
        String mimeType,
        String cacheControl,
        long length,
        long received,
        List<String> parts,
        String declared,
        Instant expires,
        boolean finished) {
    static final String COLUMNS =
            "u.id, u.bucket, u.key, u.owner, u.upsert, u.user_metadata, u.mime_type, u.cache_control, u.length,"
                    + " u.received, to_json(u.parts), u.declared, to_char(u.expires at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), u.finished";

    static TusUpload of(Row row) {
        return new TusUpload(
                row.text(0),
                new Placement(row.text(1), row.text(2), row.maybe(3), row.flag(4), row.maybe(5)),
                row.text(6),
                row.text(7),
                row.maybe(8).map(Long::parseLong).orElse(-1L),
                Long.parseLong(row.text(9)),
                StrictJson.read(row.text(10))
                        .valueStream()
                        .map(part -> part.stringValue())
                        .toList(),
                row.text(11),
                Instant.parse(row.text(12)),
                row.flag(13));
    }

    boolean complete() {
        return length >= 0 && received == length;
    }

    Optional<String> owner() {
        return placement.owner();
    }
}
