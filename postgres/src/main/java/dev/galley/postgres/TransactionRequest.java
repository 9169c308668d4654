package dev.galley.postgres;

import java.time.Duration;
import java.util.List;

/**
 * Everything that {@link RequestTransaction} needs to act for one caller.
 *
 * @param role the database role to act as
 * @param settings transaction-local settings in this order, besides the role: claims, headers, the role's own settings ...
 * @param readOnly whether the transaction refuses writes
 * @param bounded whether the work is known to be small whatever the data (a key, a limit), so that it may share a connection
 * @param steps the statements, run in order in the same transaction
 * @param timeout the longest time from now to the answer, waiting for a connection included
 */
public record TransactionRequest(
        String role,
        List<LocalSetting> settings,
        boolean readOnly,
        boolean bounded,
        List<Step> steps,
        Ending ending,
        Duration timeout) {

    /** A run-time parameter set for this transaction only. */
    public record LocalSetting(String name, String value) {}

    /** A statement and who reads its rows. */
    public record Step(Statement statement, RowHandler rows) {}

    /** How the transaction ends when every step has succeeded. */
    public sealed interface Ending {}

    /** Commit in the same round trip. */
    public record Commit() implements Ending {}

    /** Roll back in the same round trip: the answer is given, the effect is not kept. */
    public record Rollback() implements Ending {}

    /** Ask when all rows have arrived (a second round trip): true commits, false rolls back. */
    public record Decide(java.util.function.BooleanSupplier keep) implements Ending {}
}
