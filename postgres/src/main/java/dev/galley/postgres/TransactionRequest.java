package dev.galley.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

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

    /**
     * A statement and who reads its rows.
     *
     * @param settings when not empty, the role and these are set anew before the statement, whatever statements before it have
     *     made of them; otherwise all stays as it is
     * @param readOnly with settings: whether writes are refused from here to the next step that has settings, also in a
     *     transaction that may write
     * @param role with settings: as whom to go on, when not as the request's role
     */
    public record Step(
            Statement statement,
            RowHandler rows,
            List<LocalSetting> settings,
            boolean readOnly,
            Optional<String> role) {
        public Step {
            if (role.isPresent() && settings.isEmpty()) {
                throw new IllegalArgumentException("another role needs its settings");
            }
        }

        public Step(Statement statement, RowHandler rows, List<LocalSetting> settings, boolean readOnly) {
            this(statement, rows, settings, readOnly, Optional.empty());
        }

        public Step(Statement statement, RowHandler rows) {
            this(statement, rows, List.of(), false);
        }
    }

    /** How the transaction ends when every step has succeeded. */
    public sealed interface Ending {}

    /** Commit in the same round trip. */
    public record Commit() implements Ending {}

    /** Roll back in the same round trip: the answer is given, the effect is not kept. */
    public record Rollback() implements Ending {}

    /** Ask when all rows have arrived (a second round trip): true commits, false rolls back. */
    public record Decide(BooleanSupplier keep) implements Ending {}

    /**
     * Ask when all rows have arrived what else is to be done in the same transaction (a further round trip). It must answer at
     * once, from what is known by then: the transaction is open. What it throws rolls back and is what the request fails with. It
     * is asked again when the request is run from its start again.
     *
     * @param next is given what the server has said of the steps so far
     */
    public record Continue(Function<RequestTransaction.Outcome, Next> next) implements Ending {}

    /** Further steps of a transaction, which may be none, and how it ends then. */
    public record Next(List<Step> steps, Ending ending) {}
}
