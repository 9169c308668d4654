package dev.galley.auth.audit;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Audit.Noted;
import dev.galley.auth.account.AuditSeal;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/**
 * Remembers the entries that this node has written until they are in the chain, and looks whether they arrive there. One whose
 * transaction was committed and that is not there was removed; that is noted itself, as an entry that verification stops at.
 */
final class Witness {
    private static final System.Logger LOG = System.getLogger(Witness.class.getName());

    /** More than are written between two looks. */
    private static final int MOST = 100_000;

    private final PlatformDatabase database;
    private final AuditSeal seal;
    private final Clock clock;
    private final LinkedBlockingQueue<Noted> expected = new LinkedBlockingQueue<>(MOST);

    /** What became of an entry that is not in the chain. */
    private record Missing(Noted entry, boolean there, String transaction) {
        boolean removed() {
            return !there && transaction.equals("committed");
        }

        /** It, or its transaction, has yet to come to an end. */
        boolean open() {
            return there || transaction.equals("in progress");
        }
    }

    Witness(PlatformDatabase database, AuditSeal seal, Clock clock) {
        this.database = database;
        this.seal = seal;
        this.clock = clock;
    }

    /** Safe for many threads. */
    void expect(List<Noted> entries) {
        for (Noted entry : entries) {
            var _ = expected.offer(entry);
        }
    }

    /** Whether there is anything to look for. */
    boolean waits() {
        return !expected.isEmpty();
    }

    /** To be taken before the chain is extended, and looked for after it. */
    List<Noted> expected() {
        List<Noted> all = new ArrayList<>();
        expected.drainTo(all);
        return all;
    }

    /** What cannot be told yet is expected on; so is everything when the database cannot be asked. */
    void look(List<Noted> entries) throws SQLException {
        List<Missing> missing;
        try {
            missing = entries.isEmpty() ? List.of() : database.transaction(connection -> missing(connection, entries));
        } catch (SQLException | RuntimeException e) {
            expect(entries);
            throw e;
        }
        expect(missing.stream().filter(Missing::open).map(Missing::entry).toList());
        List<UUID> removed = missing.stream()
                .filter(Missing::removed)
                .map(one -> one.entry().id())
                .toList();
        if (!removed.isEmpty()) {
            LOG.log(
                    Level.ERROR,
                    "the audit log was tampered with: entries {0} were removed; see `galley audit verify`",
                    removed);
            note(removed);
        }
    }

    private static List<Missing> missing(Connection connection, List<Noted> entries) throws SQLException {
        return Sql.of(
                        """
                        select noted.id, noted.xid, e.id is not null, coalesce(pg_xact_status(noted.xid::text::xid8), '')
                          from unnest(?, ?) as noted (id, xid) left join auth.audit_log_entries e on e.id = noted.id
                         where e.position is null
                        """,
                        connection.createArrayOf(
                                "uuid", entries.stream().map(Noted::id).toArray()),
                        connection.createArrayOf(
                                "int8", entries.stream().map(Noted::transaction).toArray()))
                .list(
                        connection,
                        row -> new Missing(
                                new Noted(row.getObject(1, UUID.class), row.getLong(2)),
                                row.getBoolean(3),
                                row.getString(4)));
    }

    /** This entry is expected in turn. */
    private void note(List<UUID> removed) throws SQLException {
        Supplier<List<SQLException>> work = () -> {
            try {
                database.transaction(connection -> {
                    for (UUID id : removed) {
                        Audit.noteByService(
                                connection,
                                Audit.Action.AUDIT_ENTRY_REMOVED,
                                StrictJson.newObject().put("entry_id", id.toString()),
                                "",
                                clock.instant());
                    }
                    return removed;
                });
                return List.of();
            } catch (SQLException e) {
                return List.of(e);
            }
        };
        List<SQLException> failed = Audit.sealed(seal, this::expect, work);
        if (!failed.isEmpty()) {
            throw failed.getFirst();
        }
    }
}
