package dev.galley.auth.audit;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.AuditSeal;
import dev.galley.auth.audit.Ends.Link;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads {@code auth.audit_log_entries} with seals and links. */
final class Entries {
    private static final String REMOVED =
            Audit.Action.AUDIT_ENTRY_REMOVED.name().toLowerCase(Locale.ROOT);
    private static final String SELECT = """
            select coalesce(instance_id::text, ''), id::text, coalesce(payload::text, ''), coalesce(extract(epoch from created_at)::text, ''), ip_address,
              seal, coalesce(position, 0), digest
              from auth.audit_log_entries
            """;

    /** @param position 0 for one that is not chained */
    record Stored(AuditSeal.Entry entry, Optional<ByteBuffer> seal, long position, Optional<ByteBuffer> digest) {

        /** Whether somebody changed it or made it up. */
        boolean forged(AuditSeal with) {
            return seal.isEmpty()
                    || !MessageDigest.isEqual(with.of(entry), seal.get().array());
        }

        /** The entry that this one says was removed. */
        Optional<String> removed() {
            JsonNode payload = StrictJson.read(entry.payload());
            return payload.path("action").asString("").equals(REMOVED)
                    ? Optional.of(payload.path("traits").path("entry_id").asString(""))
                    : Optional.empty();
        }

        boolean olderThan(Instant time) {
            return entry.createdAt().matches("-?[0-9.]+")
                    && new BigDecimal(entry.createdAt()).compareTo(new BigDecimal(AuditSeal.time(time))) < 0;
        }

        /** What is wrong with it where it should follow a link. */
        Optional<String> fault(AuditSeal with, Link before) {
            if (position != before.position() + 1) {
                return Optional.of("the entry at position " + (before.position() + 1) + " before it is missing");
            }
            if (forged(with)) {
                return Optional.of("it was changed or made up");
            }
            Link link = before.next(with, seal.orElseThrow().array());
            boolean linked = digest.filter(link.digest()::equals).isPresent();
            return linked ? Optional.empty() : Optional.of("it does not follow the entry before it");
        }
    }

    private Entries() {}

    /** Those of the chain in its order. */
    static List<Stored> after(Connection connection, long position, int limit) throws SQLException {
        return Sql.of(SELECT + " where position > ? order by position limit ?", position, limit)
                .list(connection, Entries::read);
    }

    /** What was sealed and is not chained yet. */
    static List<Stored> unchained(Connection connection, String after, int limit) throws SQLException {
        return Sql.of(
                        SELECT + " where position is null and seal is not null and id > ?::uuid order by id limit ?",
                        after,
                        limit)
                .list(connection, Entries::read);
    }

    /** What this program did not write. */
    static List<Stored> unsealed(Connection connection, int limit) throws SQLException {
        return Sql.of(SELECT + " where seal is null and position is null order by created_at, id limit ?", limit)
                .list(connection, Entries::read);
    }

    private static Stored read(ResultSet row) throws SQLException {
        return new Stored(
                new AuditSeal.Entry(
                        row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)),
                Optional.ofNullable(row.getBytes(6)).map(ByteBuffer::wrap),
                row.getLong(7),
                Optional.ofNullable(row.getBytes(8)).map(ByteBuffer::wrap));
    }
}
