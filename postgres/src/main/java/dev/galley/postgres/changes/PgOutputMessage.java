package dev.galley.postgres.changes;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One message of the output plugin {@code pgoutput}, protocol version 1 (PostgreSQL manual, "Logical Replication Message Formats"). */
sealed interface PgOutputMessage {
    /** @param finalLsn of the commit record, which is known because a transaction is sent when it has committed */
    record Begin(long finalLsn, Instant committedAt) implements PgOutputMessage {}

    /** @param endLsn of the log record after the commit */
    record Commit(long commitLsn, long endLsn, Instant committedAt) implements PgOutputMessage {}

    /** What the changes that follow mean by this relation's number. */
    record Relation(int oid, String schema, String name, char identity, List<Column> columns)
            implements PgOutputMessage {
        record Column(boolean identity, String name, int typeOid, int typeModifier) {}
    }

    /** The name of a type that is not built in. */
    record Type(int oid, String schema, String name) implements PgOutputMessage {}

    record Insert(int relation, Row row) implements PgOutputMessage {}

    /** @param old the whole row or its key, when the log has it */
    record Update(int relation, Optional<Row> old, Row row) implements PgOutputMessage {}

    record Delete(int relation, Row old) implements PgOutputMessage {}

    record Truncate(List<Integer> relations, boolean cascade) implements PgOutputMessage {}

    record Message(boolean transactional, long lsn, String prefix, ByteBuffer content) implements PgOutputMessage {}

    /** From which server the transaction came first; it changes nothing for us. */
    record Origin() implements PgOutputMessage {}
}
