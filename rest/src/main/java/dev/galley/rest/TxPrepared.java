package dev.galley.rest;

import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.query.Execution;
import java.util.List;
import java.util.Optional;

/**
 * A step as the request that it would be alone, ready to be sent.
 *
 * @param readOnly whether it cannot write
 * @param size of its values
 */
record TxPrepared(
        TxStep step,
        Acceptance acceptance,
        List<LocalSetting> settings,
        boolean readOnly,
        Execution execution,
        long size) {

    Asked asked() {
        return new Asked(acceptance.request().target(), acceptance.action().query());
    }

    /** Whether its rows are part of the answer, rather than only counted. */
    boolean answersRows() {
        return !acceptance.action().writes()
                || acceptance.action().called().isPresent()
                || acceptance.request().preferences().wantsRows();
    }

    /** Whether its answer is known, but for a number, before it runs: nothing about it can forbid the commit. */
    boolean silent() {
        boolean locates = acceptance
                .request()
                .preferences()
                .returning()
                .filter(Preferences.Return.HEADERS_ONLY::equals)
                .isPresent();
        return !answersRows() && !locates && execution.steps().size() == 1;
    }

    /** What it gave. Throws when that is not what was expected. */
    TxResult finished(Outcome outcome) {
        Execution.Result result = execution.result(outcome);
        Optional<RestError> objection = acceptance.objection(result.rows());
        if (objection.isPresent()) throw new RestException(objection.get());
        Optional<TxStep.Expectation> missed = step.expectation().filter(wanted -> !wanted.holds(result.rows()));
        if (missed.isPresent()) {
            throw new TxError.Unexpected(result.rows(), missed.get().toString()).exception();
        }
        Reply reply = new ReplyPrinter(acceptance.request(), acceptance.action(), acceptance.format(), result).print();
        return TxResult.of(step, result, reply);
    }
}
