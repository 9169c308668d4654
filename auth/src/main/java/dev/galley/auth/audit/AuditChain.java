package dev.galley.auth.audit;

import dev.galley.auth.account.AuditSeal;
import dev.galley.auth.audit.Ends.Link;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Chains the entries of the audit log.
 *
 * <p>Were an entry chained in the transaction that writes it, each sign-in would wait until the one before it is on disk. So a
 * transaction only seals its entry, and a job chains what has been committed, in batches, on one node at a time: the row with the ends
 * of the chain is its lock. Until then, for about a second, an entry can neither be changed nor made up unseen, and only the node that
 * wrote it misses it when it is removed ({@link Witness}).
 */
public final class AuditChain {
    private final PlatformDatabase database;
    private final AuditSeal seal;
    private final int batch;

    private record Unchained(UUID id, ByteBuffer seal) {}

    /** @param batch entries in one transaction */
    public AuditChain(PlatformDatabase database, AuditSeal seal, int batch) {
        this.database = database;
        this.seal = seal;
        this.batch = batch;
    }

    /** Looks for what this node has written. */
    Witness witness(Clock clock) {
        return new Witness(database, seal, clock);
    }

    /** The chain does not hold any more: nothing is done that would hide it. */
    public static final class BrokenException extends RuntimeException {
        BrokenException(String message) {
            super(message);
        }
    }

    /**
     * Chains what has been committed.
     *
     * @return how many entries
     */
    public int extend() throws SQLException {
        int all = 0;
        int some;
        do {
            some = database.transaction(this::extend);
            all += some;
        } while (some == batch && !Thread.currentThread().isInterrupted());
        return all;
    }

    private int extend(Connection connection) throws SQLException {
        // A look without the lock: most of the time there is nothing.
        if (unchained(connection, 1).isEmpty()) {
            return 0;
        }
        Ends ends = requireGenuine(Ends.lockedOrBegun(connection, seal));
        List<Unchained> entries = unchained(connection, batch);
        if (entries.isEmpty()) {
            return 0;
        }
        List<Object[]> links = new ArrayList<>();
        Link head = ends.head();
        for (Unchained entry : entries) {
            head = head.next(seal, entry.seal().array());
            links.add(new Object[] {entry.id(), head.position(), head.bytes()});
        }
        int chained = Sql.of(
                        """
                        update auth.audit_log_entries e set position = link.position, digest = link.digest
                          from unnest(?, ?, ?) as link (id, position, digest)
                         where e.id = link.id and e.position is null
                        """,
                        connection.createArrayOf("uuid", column(links, 0)),
                        connection.createArrayOf("int8", column(links, 1)),
                        connection.createArrayOf("bytea", bytes(links)))
                .update(connection);
        if (chained != entries.size()) {
            throw new BrokenException("entries vanished while they were chained");
        }
        ends.withHead(head).write(connection, seal, Optional.empty());
        return chained;
    }

    private static Object[] column(List<Object[]> rows, int index) {
        return rows.stream().map(row -> row[index]).toArray();
    }

    private static byte[][] bytes(List<Object[]> rows) {
        return rows.stream().map(row -> (byte[]) row[2]).toArray(byte[][]::new);
    }

    private static List<Unchained> unchained(Connection connection, int limit) throws SQLException {
        return Sql.of(
                        "select id, seal from auth.audit_log_entries"
                                + " where position is null and octet_length(seal) = 32 order by created_at, id limit ?",
                        limit)
                .list(connection, row -> new Unchained(row.getObject(1, UUID.class), ByteBuffer.wrap(row.getBytes(2))));
    }

    private static Ends requireGenuine(Ends ends) {
        if (!ends.genuine()) {
            throw new BrokenException("the ends of the chain were changed");
        }
        return ends;
    }

    /**
     * Seals the entries that this program did not write, such as those of an imported project: from now on they cannot be changed unseen.
     *
     * @return how many
     */
    public int adopt() throws SQLException {
        int all = 0;
        int some;
        do {
            some = database.transaction(connection -> {
                List<Entries.Stored> strangers = Entries.unsealed(connection, batch);
                for (Entries.Stored entry : strangers) {
                    Sql.of(
                                    "update auth.audit_log_entries set seal = ?, position = null where id = ?",
                                    seal.of(entry.entry()),
                                    UUID.fromString(entry.entry().id()))
                            .update(connection);
                }
                return strangers.size();
            });
            all += some;
        } while (some == batch);
        return all;
    }

    /**
     * Removes the entries that are older, from the start of the chain on, once they have been verified. The start moves on to the
     * last one that was removed, so that the rest can still be verified.
     *
     * @return how many
     * @throws BrokenException when one of them was tampered with: evidence is not removed
     */
    public int remove(Instant before, Instant now) throws SQLException {
        int all = 0;
        int some;
        do {
            some = database.transaction(connection -> remove(connection, before, now));
            all += some;
        } while (some >= batch && !Thread.currentThread().isInterrupted());
        return all;
    }

    private int remove(Connection connection, Instant before, Instant now) throws SQLException {
        Ends ends = requireGenuine(Ends.lockedOrBegun(connection, seal));
        Link link = ends.start();
        for (Entries.Stored entry : Entries.after(connection, link.position(), batch)) {
            if (!entry.olderThan(before)) {
                break;
            }
            Optional<String> fault = entry.fault(seal, link);
            if (fault.isPresent()) {
                throw new BrokenException("entry " + entry.entry().id() + ": " + fault.get());
            }
            link = new Link(link.position() + 1, entry.digest().orElseThrow());
        }
        if (link.position() > ends.start().position()) {
            ends.withStart(link).write(connection, seal, Optional.of(now));
        }
        // Also what was chained with another key before.
        return Sql.of(
                        "delete from auth.audit_log_entries where position <= ? and created_at < ?",
                        link.position(),
                        before)
                .update(connection);
    }
}
