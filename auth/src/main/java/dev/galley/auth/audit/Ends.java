package dev.galley.auth.audit;

import dev.galley.auth.account.AuditSeal;
import dev.galley.postgres.Sql;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the chain made with one key starts and ends: a row of {@code galley.audit_chains}. What came before the start was removed
 * when it was old, or chained with another key.
 *
 * @param genuine whether the row was written with that key
 */
record Ends(String keyId, Link start, Link head, boolean genuine) {
    private static final String SELECT =
            "select key_id, start_position, start_digest, head_position, head_digest, mac from galley.audit_chains";

    /** A position, and the digest of all up to it. */
    record Link(long position, ByteBuffer digest) {
        private static final int DIGEST_BYTES = 32;
        static final Link NONE = new Link(0, ByteBuffer.allocate(DIGEST_BYTES));

        Link next(AuditSeal seal, byte[] entry) {
            return new Link(position + 1, ByteBuffer.wrap(seal.link(bytes(), position + 1, entry)));
        }

        byte[] bytes() {
            byte[] copy = new byte[digest.remaining()];
            digest.duplicate().get(copy);
            return copy;
        }
    }

    static List<Ends> all(Connection connection, AuditSeal seal) throws SQLException {
        return Sql.of(SELECT + " order by start_position, key_id").list(connection, row -> read(row, seal));
    }

    /** Of our key, begun when there is none; nobody else's until the transaction ends. */
    static Ends lockedOrBegun(Connection connection, AuditSeal seal) throws SQLException {
        Sql locked = Sql.of(SELECT + " where key_id = ? for update", seal.keyId());
        Optional<Ends> known = locked.one(connection, row -> read(row, seal));
        if (known.isPresent()) {
            return known.get();
        }
        begin(connection, seal);
        return locked.one(connection, row -> read(row, seal)).orElseThrow();
    }

    private static Ends read(ResultSet row, AuditSeal seal) throws SQLException {
        Link start = new Link(row.getLong(2), ByteBuffer.wrap(row.getBytes(3)));
        Link head = new Link(row.getLong(4), ByteBuffer.wrap(row.getBytes(5)));
        byte[] mac = seal.ends(start.position(), start.bytes(), head.position(), head.bytes());
        return new Ends(row.getString(1), start, head, MessageDigest.isEqual(mac, row.getBytes(6)));
    }

    /** Begins the chain of our key where the last one ended, unless another node has. */
    private static void begin(Connection connection, AuditSeal seal) throws SQLException {
        Link start = all(connection, seal).stream()
                .map(Ends::head)
                .max(java.util.Comparator.comparingLong(Link::position))
                .orElse(Link.NONE);
        Sql.of(
                        """
                        insert into galley.audit_chains (key_id, start_position, start_digest, head_position, head_digest, mac)
                        values (?, ?, ?, ?, ?, ?) on conflict do nothing
                        """,
                        seal.keyId(),
                        start.position(),
                        start.bytes(),
                        start.position(),
                        start.bytes(),
                        seal.ends(start.position(), start.bytes(), start.position(), start.bytes()))
                .update(connection);
    }

    void write(Connection connection, AuditSeal seal, Optional<Instant> removed) throws SQLException {
        Sql.of(
                        """
                        update galley.audit_chains
                           set start_position = ?, start_digest = ?, head_position = ?, head_digest = ?, mac = ?,
                               removed_at = coalesce(?, removed_at)
                         where key_id = ?
                        """,
                        start.position(),
                        start.bytes(),
                        head.position(),
                        head.bytes(),
                        seal.ends(start.position(), start.bytes(), head.position(), head.bytes()),
                        removed,
                        keyId)
                .update(connection);
    }

    Ends withHead(Link link) {
        return new Ends(keyId, start, link, genuine);
    }

    Ends withStart(Link link) {
        return new Ends(keyId, link, head, genuine);
    }
}
