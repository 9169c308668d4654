package dev.galley.query;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;

/**
 * The door to the database with a limit of cost: what a caller asks for is run only when PostgreSQL's planner, as that caller and
 * in the same transaction, estimates all of it together at no more than the limit. Every statement that carries a query is held
 * to it, whatever the dialect, the format of the answer, or the step of a transaction.
 */
final class CostLimit implements RequestTransaction {
    private final RequestTransaction transactions;
    private final CostSettings settings;
    private final CostBook book;

    CostLimit(RequestTransaction transactions, CostSettings settings) {
        this.transactions = transactions;
        this.settings = settings;
        this.book = new CostBook(settings.memory());
    }

    @Override
    public Running run(TransactionRequest request) {
        if (settings.exempt().contains(request.role())) {
            return transactions.run(request);
        }
        WeighedRun run = new WeighedRun(transactions, book, settings.max(), request);
        run.start();
        return run;
    }
}
