package dev.galley.auth.audit;

import dev.galley.auth.account.AuditSeal;
import dev.galley.auth.audit.Ends.Link;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Looks for the first entry of the audit log that was changed, removed, moved or made up. */
public final class AuditVerification {
    private static final int BATCH = 1_000;
    private static final String FIRST_ID = "00000000-0000-0000-0000-000000000000";

    private final AuditSeal seal;
    private final Optional<Head> known;

    /** The end of a chain as somebody noted it outside of the database. */
    public record Head(long position, String digest) {
        /** Written {@code POSITION:DIGEST}; empty for anything else. */
        public static Optional<Head> parse(String text) {
            return text.matches("\\d{1,18}:[0-9a-f]{64}")
                    ? Optional.of(new Head(
                            Long.parseLong(text.substring(0, text.indexOf(':'))),
                            text.substring(text.indexOf(':') + 1)))
                    : Optional.empty();
        }
    }

    /** @param id of the entry, or empty where none is left to name */
    public record Fault(long position, String id, String reason) {}

    /**
     * What was found.
     *
     * @param checked entries of the chain that hold
     * @param unchained entries that are sealed and wait for their link
     * @param unchecked entries that were chained with another secret
     */
    public record Report(long checked, long unchained, long unchecked, Head head, Optional<Fault> fault) {}

    private static final class Broken extends Exception {
        private final Fault fault;

        Broken(long position, String id, String reason) {
            super(reason, null, false, false);
            this.fault = new Fault(position, id, reason);
        }
    }

    /** @param known a head that the chain must contain */
    public AuditVerification(AuditSeal seal, Optional<Head> known) {
        this.seal = seal;
        this.known = known;
    }

    /** @param connection with a transaction of its own, which sees one state of the database */
    public Report verify(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read, read only");
            return inOneState(connection);
        } finally {
            connection.rollback();
        }
    }

    private Report inOneState(Connection connection) throws SQLException {
        List<Ends> chains = Ends.all(connection, seal);
        Optional<Ends> ours = chains.stream()
                .filter(ends -> ends.keyId().equals(seal.keyId()))
                .findFirst();
        Link start = ours.map(Ends::start).orElse(Link.NONE);
        Link head = ours.map(Ends::head).orElse(Link.NONE);
        long unchecked = count(connection, "position <= ?", start.position());
        long[] passed = new long[2];
        Optional<Fault> fault = Optional.empty();
        try {
            if (ours.isPresent() && !ours.get().genuine()) {
                throw new Broken(head.position(), "", "the ends of the chain were changed");
            }
            others(connection, chains, ours, start);
            chain(connection, start, head, passed);
            unchained(connection, passed);
        } catch (Broken broken) {
            fault = Optional.of(broken.fault);
        }
        return new Report(
                passed[0],
                passed[1],
                unchecked,
                new Head(head.position(), HexFormat.of().formatHex(head.bytes())),
                fault);
    }

    /** Before our start there is only what was chained with another key, at the positions of its chain. */
    private void others(Connection connection, List<Ends> chains, Optional<Ends> ours, Link start)
            throws SQLException, Broken {
        long from = chains.stream()
                .filter(ends -> ours.filter(ends::equals).isEmpty())
                .mapToLong(ends -> ends.start().position())
                .min()
                .orElse(start.position());
        Optional<Fault> stray = Sql.of(
                        "select position, id::text from auth.audit_log_entries where position <= ? order by position limit 1",
                        Math.min(from, start.position()))
                .one(
                        connection,
                        row -> new Fault(row.getLong(1), row.getString(2), "it stands before the start of the chain"));
        if (stray.isPresent()) {
            throw new Broken(
                    stray.get().position(), stray.get().id(), stray.get().reason());
        }
    }

    private void chain(Connection connection, Link start, Link head, long[] passed) throws SQLException, Broken {
        Link link = start;
        List<Entries.Stored> entries;
        do {
            entries = Entries.after(connection, link.position(), BATCH);
            for (Entries.Stored entry : entries) {
                String id = entry.entry().id();
                if (link.position() >= head.position()) {
                    throw new Broken(entry.position(), id, "it stands behind the end of the chain");
                }
                Optional<String> fault = entry.fault(seal, link);
                if (fault.isPresent()) {
                    throw new Broken(entry.position(), id, fault.get());
                }
                requireNoRemoval(entry);
                link = new Link(entry.position(), entry.digest().orElseThrow());
                requireKnown(link, id);
                passed[0]++;
            }
        } while (entries.size() == BATCH);
        if (!link.equals(head)) {
            throw new Broken(link.position() + 1, "", "the entries from here to the end of the chain are missing");
        }
        if (known.isPresent() && known.get().position() > head.position()) {
            throw new Broken(head.position() + 1, "", "the chain ends before the head that was noted: it was put back");
        }
    }

    private static void requireNoRemoval(Entries.Stored entry) throws Broken {
        Optional<String> removed = entry.removed();
        if (removed.isPresent()) {
            throw new Broken(0, removed.get(), "it was removed before it was chained");
        }
    }

    private void requireKnown(Link link, String id) throws Broken {
        if (known.isPresent()
                && known.get().position() == link.position()
                && !HexFormat.of().formatHex(link.bytes()).equals(known.get().digest())) {
            throw new Broken(link.position(), id, "the chain is another one than the head that was noted");
        }
    }

    private void unchained(Connection connection, long[] passed) throws SQLException, Broken {
        List<Entries.Stored> strangers = Entries.unsealed(connection, 1);
        if (!strangers.isEmpty()) {
            throw new Broken(0, strangers.getFirst().entry().id(), "this program did not write it");
        }
        String id = FIRST_ID;
        List<Entries.Stored> entries;
        do {
            entries = Entries.unchained(connection, id, BATCH);
            for (Entries.Stored entry : entries) {
                id = entry.entry().id();
                if (entry.forged(seal)) {
                    throw new Broken(0, id, "it was changed or made up");
                }
                requireNoRemoval(entry);
                passed[1]++;
            }
        } while (entries.size() == BATCH);
    }

    private static long count(Connection connection, String condition, long value) throws SQLException {
        return Sql.of("select count(*) from auth.audit_log_entries where " + condition, value)
                .one(connection, row -> row.getLong(1))
                .orElse(0L);
    }
}
