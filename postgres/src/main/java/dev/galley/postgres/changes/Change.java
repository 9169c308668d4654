package dev.galley.postgres.changes;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Something that happened in the database, or that it is not known what happened. */
public sealed interface Change {
    /** From where to go on after it. */
    Position position();

    /** @param committedAt by the database's clock */
    record Insert(Position position, Instant committedAt, Table table, Row row) implements Change {}

    /**
     * @param row the new values; a large value that did not change is taken from the old row, or else is not known
     * @param old with replica identity FULL the whole old row; else the old key, if that has changed
     */
    record Update(Position position, Instant committedAt, Table table, Row row, Optional<Row> old) implements Change {}

    /** @param old the whole row with replica identity FULL, else the columns of the identity */
    record Delete(Position position, Instant committedAt, Table table, Row old) implements Change {}

    record Truncate(Position position, Instant committedAt, List<Table> tables, boolean cascade) implements Change {}

    /**
     * What {@code pg_logical_emit_message} has sent.
     *
     * @param committedAt empty for a message that is not part of a transaction
     * @param content read-only; UTF-8 when it was sent as text
     */
    record LogicalMessage(Position position, Optional<Instant> committedAt, String prefix, ByteBuffer content)
            implements Change {}

    /** The end of a transaction that has changed something published. */
    record TransactionEnd(Position position, Instant committedAt) implements Change {}

    /**
     * Between what was seen last and this position there may have been changes that nobody can tell any more: whoever keeps
     * something that follows from the changes has to read it anew.
     */
    record Gap(Position position, Reason reason) implements Change {}

    /** Why changes are missing. */
    enum Reason {
        /** The position is older than what is kept. */
        TOO_OLD,
        /** The position is of another database, or of the same one before it was restored to an earlier time. */
        OTHER_HISTORY,
        /** What the server had kept for the stream is gone: a slot was dropped, or its log outgrew the limit. */
        LOG_LOST
    }
}
