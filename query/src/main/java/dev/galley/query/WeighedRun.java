package dev.galley.query;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Continue;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Next;
import dev.galley.postgres.TransactionRequest.Step;
import io.netty.buffer.ByteBuf;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request whose queries are weighed before each is run. A query of unknown cost is explained as the last step of a round trip, behind
 * everything that comes before it and with its own settings; the estimate decides whether the transaction goes on. When all costs
 * are known, the request goes through as it is.
 *
 * <p>Nobody outside sees the steps in between: counts and the number of a failed step are told without them.
 */
final class WeighedRun implements Running {
    private static final String EXPLAIN = "EXPLAIN (FORMAT JSON) ";
    /** Of the top node, which is the first; no text inside the JSON can hold an unescaped quote. */
    private static final Pattern TOTAL_COST = Pattern.compile("(?m)^ *\"Total Cost\": ([0-9.]+)");

    private final RequestTransaction transactions;
    private final CostBook book;
    private final int limit;
    private final TransactionRequest request;
    private final CostBook.Digests digests = new CostBook.Digests();
    private final Promise<Outcome> promise = Promise.promise();
    /** Which steps of the transaction, counted from 0, are ours. */
    private Set<Integer> added = Set.of();

    private Optional<Running> current = Optional.empty();

    /**
     * How far a transaction has come.
     *
     * @param steps that stand before what follows
     * @param settings of the last step that has any
     */
    private record Progress(int steps, Set<Integer> added, double cost, List<LocalSetting> settings) {
        Progress plus(double more, int limit) {
            if (cost + more > limit) {
                throw new TooCostly(limit);
            }
            return new Progress(steps, added, cost + more, settings);
        }

        Progress explaining(int before) {
            Set<Integer> all = new TreeSet<>(added);
            all.add(steps + before);
            return new Progress(steps + before + 1, all, cost, settings);
        }

        Progress after(int more) {
            return new Progress(steps + more, added, cost, settings);
        }

        Progress at(Step step) {
            return step.settings().isEmpty() ? this : new Progress(steps, added, cost, step.settings());
        }
    }

    /** Keeps what EXPLAIN says of the whole statement. */
    private static final class TotalCost implements RowHandler {
        private double value = Double.POSITIVE_INFINITY;

        @Override
        public void row(ByteBuf row) {
            Matcher found = TOTAL_COST.matcher(RowPrinter.first(row).orElse(""));
            value = found.find() ? Double.parseDouble(found.group(1)) : Double.POSITIVE_INFINITY;
        }

        @Override
        public boolean restart() {
            value = Double.POSITIVE_INFINITY;
            return true;
        }
    }

    WeighedRun(RequestTransaction transactions, CostBook book, int limit, TransactionRequest request) {
        this.transactions = transactions;
        this.book = book;
        this.limit = limit;
        this.request = request;
    }

    void start() {
        Running running;
        try {
            Next first = weighed(request.steps(), request.ending(), new Progress(0, Set.of(), 0, List.of()), false);
            boolean asItIs = added.isEmpty();
            running = transactions.run(new TransactionRequest(
                    request.role(),
                    request.settings(),
                    request.readOnly(),
                    request.bounded() && asItIs,
                    first.steps(),
                    first.ending(),
                    request.timeout()));
        } catch (RuntimeException failure) {
            promise.fail(failure);
            return;
        }
        current = Optional.of(running);
        running.outcome().onComplete(this::ended);
    }

    /** @param firstKnown whether the first step was weighed already */
    private Next weighed(List<Step> steps, Ending ending, Progress start, boolean firstKnown) {
        Progress progress = start;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            progress = progress.at(step);
            Optional<String> query = step.statement().query();
            if (query.isEmpty() || (i == 0 && firstKnown)) {
                continue;
            }
            CostBook.Key key = CostBook.key(query.get(), step, progress.settings(), request, digests);
            Optional<Double> cost = book.known(key);
            if (cost.isEmpty()) {
                return explained(steps, i, ending, progress, key);
            }
            progress = progress.plus(cost.get(), limit);
        }
        added = progress.added();
        return new Next(steps, weighed(ending, progress.after(steps.size())));
    }

    private Next explained(List<Step> steps, int at, Ending ending, Progress before, CostBook.Key key) {
        Step step = steps.get(at);
        TotalCost cost = new TotalCost();
        List<Step> first = new ArrayList<>(steps.subList(0, at));
        first.add(new Step(
                new Statement(EXPLAIN + key.query(), step.statement().parameters()),
                cost,
                step.settings(),
                step.readOnly()));
        Progress progress = before.explaining(at);
        added = progress.added();
        return new Next(first, new Continue(_ -> {
            book.remember(key, cost.value);
            return weighed(steps.subList(at, steps.size()), ending, progress.plus(cost.value, limit), true);
        }));
    }

    private Ending weighed(Ending ending, Progress progress) {
        if (!(ending instanceof Continue more)) {
            return ending;
        }
        return new Continue(soFar -> {
            Next next = more.next().apply(without(soFar, progress.added()));
            return weighed(next.steps(), next.ending(), progress, false);
        });
    }

    private void ended(AsyncResult<Outcome> result) {
        if (result.succeeded()) {
            promise.complete(without(result.result(), added));
        } else {
            promise.fail(told(result.cause()));
        }
    }

    private Throwable told(Throwable cause) {
        if (!(cause instanceof DatabaseException failed)) {
            return cause;
        }
        OptionalInt step = failed.step();
        if (step.isEmpty()) {
            return cause;
        }
        long ours = added.stream().filter(each -> each < step.getAsInt()).count();
        return ours == 0 ? cause : new DatabaseException(failed.failure(), step.getAsInt() - (int) ours);
    }

    private static Outcome without(Outcome outcome, Set<Integer> added) {
        if (added.isEmpty()) {
            return outcome;
        }
        List<Long> counts = new ArrayList<>(outcome.rowsAffected());
        new TreeSet<>(added)
                .descendingSet().stream()
                        .filter(each -> each < counts.size())
                        .forEach(each -> counts.remove((int) each));
        return new Outcome(List.copyOf(counts), outcome.committed());
    }

    @Override
    public Future<Outcome> outcome() {
        return promise.future();
    }

    @Override
    public void cancel() {
        current.ifPresent(Running::cancel);
    }
}
