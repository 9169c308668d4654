package dev.galley.rest;

import dev.galley.postgres.TransactionRequest;
import dev.galley.query.Explained;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What rows may forbid: exactly one was asked for, or at most so many, or others than there are. */
record Acceptance(RestRequest request, Action action, MediaTypes.Format format, Optional<GuardedWrite> guard) {

    /** Why the rows are not what was asked for. */
    Optional<RestError> objection(long rows) {
        if (guard.isPresent() && !guard.get().holds()) return Optional.of(new RestError.PreconditionFailed());
        if (explains()) return Optional.empty();
        if (action instanceof Action.Replacing) {
            if (rows == 1) return Optional.empty();
            return Optional.of(
                    request.createsOnly() ? new RestError.PreconditionFailed() : new RestError.PutKeyMismatch());
        }
        if (format.singular() && rows != 1 && !returnsNothing()) return Optional.of(new RestError.NotSingular(rows));
        boolean tooMany =
                limited() && rows > request.preferences().affectedLimit().getAsLong();
        return tooMany ? Optional.of(new RestError.TooManyAffected(rows)) : Optional.empty();
    }

    /** Whether a write may have to be undone because of its rows. */
    boolean decidesCommit() {
        if (guard.isPresent()) return true;
        return action.writes() && !explains() && (action instanceof Action.Replacing || format.singular() || limited());
    }

    /**
     * How the transaction ends. Rows are looked at before the commit only where their number may forbid it.
     *
     * @param rows how many there are, once they are there
     */
    TransactionRequest.Ending ending(RestSettings.TransactionEnd usual, LongSupplier rows) {
        boolean rollsBack = request.preferences()
                .transaction()
                .map(wish -> wish == Preferences.Transaction.ROLLBACK)
                .orElse(usual.rollsBack());
        if (rollsBack) return new TransactionRequest.Rollback();
        return decidesCommit()
                ? new TransactionRequest.Decide(
                        () -> objection(rows.getAsLong()).isEmpty())
                : new TransactionRequest.Commit();
    }

    /** A plan's lines are not the rows. */
    private boolean explains() {
        return format.representation() instanceof Explained;
    }

    private boolean limited() {
        if (request.preferences().affectedLimit().isEmpty()) return false;
        return switch (action) {
            case Action.Updating a -> true;
            case Action.Deleting a -> true;
            case Action.Calling a -> true;
            case Action.Reading a -> false;
            case Action.Inserting a -> false;
            case Action.Replacing a -> false;
        };
    }

    private boolean returnsNothing() {
        return action.called().filter(routine -> routine.returns().isVoid()).isPresent();
    }
}
