package dev.galley.postgres;

import io.vertx.core.Future;

/**
 * The one door through which rows are touched on behalf of a caller: role, claims and other settings are set for one
 * transaction, the steps run in it, and nothing of it is left for the next request on that connection.
 */
public interface RequestTransaction {

    /**
     * Starts the request. Must be called on an event loop; the answer and the rows arrive on the same one.
     */
    Running run(TransactionRequest request);

    /** A request under way. */
    interface Running {
        /** Completed after the transaction has ended; fails with a {@link DatabaseException}. */
        Future<Outcome> outcome();

        /** The caller has gone: stop the work as early as it is safe. The outcome then fails with {@link DatabaseFailure.Cancelled}. */
        void cancel();
    }

    /**
     * What the server said of each step, in order.
     *
     * @param rowsAffected the row count of each step's command tag, those of {@link TransactionRequest.Next} included
     * @param committed false after a {@link TransactionRequest.Rollback} or a refusing {@link TransactionRequest.Decide}
     */
    record Outcome(java.util.List<Long> rowsAffected, boolean committed) {}
}
