package dev.galley.postgres.wire;

import dev.galley.postgres.RowHandler;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.Next;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.TransactionRequest.Step;
import java.util.List;
import java.util.stream.Stream;

/**
 * How far an attempt at a request has come: an explicit transaction may take several round trips, each with steps of its own.
 *
 * <p>Confined to the pool's event loop.
 */
final class Progress {
    private final TransactionRequest request;
    /** All steps so far, and the counts of those before the exchange under way. */
    private List<Step> steps;

    private List<Long> earlier = List.of();
    private Ending ending;
    /** Whether the receivers have been given rows, or asked what comes behind those that they were given, if any. */
    private boolean handedOut;

    Progress(TransactionRequest request) {
        this.request = request;
        this.steps = request.steps();
        this.ending = request.ending();
    }

    /** Another attempt begins. */
    void begin() {
        steps = request.steps();
        ending = request.ending();
        earlier = List.of();
    }

    Ending ending() {
        return ending;
    }

    /** The receiver of a row of a step of the exchange under way. */
    RowHandler receiver(int step) {
        handedOut = true;
        return steps.get(earlier.size() + step).rows();
    }

    /** The receivers are asked what comes behind the rows so far. */
    void asks() {
        handedOut = true;
    }

    /** The number of a step, among all of the transaction. */
    int number(int step) {
        return step < 0 ? step : earlier.size() + step;
    }

    /** The transaction ends in this way, without further steps. */
    void end(Next next) {
        if (!(next.ending() instanceof Commit || next.ending() instanceof Rollback)) {
            throw new IllegalStateException("nothing to do, and no end");
        }
        ending = next.ending();
    }

    /** Further steps follow those of an exchange that is done. */
    void follow(RequestExchange done, Next next) {
        earlier = counts(done);
        ending = next.ending();
        steps = Stream.concat(steps.stream(), next.steps().stream()).toList();
    }

    /** Of all steps, when those of this exchange are the last. */
    List<Long> counts(RequestExchange last) {
        List<Long> counts = last.counts();
        return earlier.isEmpty()
                ? counts
                : Stream.concat(earlier.stream(), counts.stream()).toList();
    }

    /** Whether all who have been given rows agree to start over. */
    boolean startOver() {
        if (!handedOut) {
            return true;
        }
        boolean all = true;
        for (Step step : steps) {
            all &= step.rows().restart();
        }
        handedOut = !all;
        return all;
    }
}
