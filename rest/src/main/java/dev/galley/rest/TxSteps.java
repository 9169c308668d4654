package dev.galley.rest;

import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.query.Bindings;
import dev.galley.query.Plan;
import dev.galley.query.Planner;
import dev.galley.query.QueryException;
import dev.galley.query.ResultTooLarge;
import dev.galley.schema.SchemaModel;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The steps that have been prepared so far, each as the query that it would be as a request of its own, and what they gave. Owns
 * their buffers until {@link #discard}. Confined to an event loop.
 */
final class TxSteps {
    private static final Outcome UNUSED = new Outcome(List.of(), false);

    /** More than the result of a write that answers no rows can have. */
    private static final int LARGEST_SILENT = 512;

    /** Bytes for the rows of a step before any has come. */
    private static final int RESERVED = 4096;

    private final TxDocument document;
    private final TxRequests requests;
    private final Planner planner;
    private final SchemaModel schema;
    private final RestSettings settings;
    private final RequestBody bodies;
    private final TransactionSettings transactionSettings;
    private final TxResults results;
    private final List<TxPrepared> prepared = new ArrayList<>();
    /** For each statement sent, the number of its step. */
    private final List<Integer> owners = new ArrayList<>();
    /** Answered by all statements of this try. */
    private long rows;

    private long bytes;

    TxSteps(
            TxDocument document,
            TxRequests requests,
            Planner planner,
            SchemaModel schema,
            RestSettings settings,
            RequestBody bodies,
            TransactionSettings transactionSettings,
            TxResults results) {
        this.document = document;
        this.requests = requests;
        this.planner = planner;
        this.schema = schema;
        this.settings = settings;
        this.bodies = bodies;
        this.transactionSettings = transactionSettings;
        this.results = results;
    }

    /** Looks up names and puts in results. What an earlier try had prepared from there on is forgotten. */
    void prepare(int start, int end) {
        while (prepared.size() > start) prepared.removeLast().execution().discard();
        owners.removeIf(owner -> owner >= start);
        for (TxStep step : document.steps().subList(start, end)) {
            try {
                prepared.add(prepare(step));
            } catch (RuntimeException e) {
                throw failure(step, e);
            }
        }
    }

    private TxPrepared prepare(TxStep step) {
        long taken = prepared.stream().mapToLong(TxPrepared::size).sum();
        TxBudget budget = new TxBudget(settings.transactions().maxBody(), taken);
        RestRequest request = requests.of(step, document.used().contains(step.index()), results::of, budget);
        Bindings bindings = new Bindings();
        Action action = new ActionParser(settings, bodies, schema, bindings).parse(request);
        Plan plan = planner.plan(action.query(), schema);
        return new TxPrepared(
                step,
                new Acceptance(request, action, step.format(), Optional.empty()),
                transactionSettings.of(request, schema, action.called()),
                plan.readOnly(),
                plan.start(bindings, step.format().representation(), settings.maxResponse(), RESERVED),
                budget.used() - taken);
    }

    /** What makes the transaction the first step's. */
    List<LocalSetting> settings() {
        return prepared.getFirst().settings();
    }

    /** The document cannot weaken what the role or a function asks for; functions of later steps count from the beginning. */
    Optional<LocalSetting> isolation() {
        Stream<String> functions = settings.database().hoisted().contains(TxIsolation.SETTING)
                ? document.steps().stream().flatMap(this::isolation)
                : Stream.empty();
        return TxIsolation.strictest(Stream.of(
                        document.isolation().stream(),
                        prepared.stream().flatMap(each -> TxIsolation.of(each.settings())),
                        functions)
                .flatMap(levels -> levels));
    }

    private Stream<String> isolation(TxStep step) {
        try {
            return requests.target(step).resource() instanceof Target.RoutineOf of
                    ? schema.routines().getOrDefault(of.name(), List.of()).stream()
                            .flatMap(TxIsolation::of)
                    : Stream.empty();
        } catch (RestException e) {
            throw failure(step, e);
        }
    }

    /**
     * The statements of what was prepared from here on. The first of each step makes the transaction the caller's anew, and one
     * that could not write as a request of its own cannot here.
     */
    List<TransactionRequest.Step> toSend(int start) {
        List<TransactionRequest.Step> all = new ArrayList<>();
        for (TxPrepared each : prepared.subList(start, prepared.size())) {
            boolean asBegun = each.step().index() == 0 && !each.readOnly();
            List<LocalSetting> own = asBegun ? List.of() : each.settings();
            for (TransactionRequest.Step step : each.execution().steps()) {
                all.add(new TransactionRequest.Step(
                        step.statement(), new Rows(each, step.rows()), own, each.readOnly() && !own.isEmpty()));
                owners.add(each.step().index());
                own = List.of();
            }
        }
        return all;
    }

    /** Whether something about these steps' rows, or the size of the answer, may forbid the commit. */
    boolean mayObject(int start, int end) {
        if (document.reads()) return false;
        return document.steps().size() * (long) LARGEST_SILENT > settings.maxResponse()
                || prepared.subList(start, end).stream()
                        .anyMatch(each -> each.step().expectation().isPresent()
                                || each.acceptance().decidesCommit()
                                || !each.silent());
    }

    /** Reads what these steps gave. Throws when it is not what was expected, or too much. */
    void finish(int start, int end) {
        if (results.size() > start) results.clear();
        for (TxPrepared each : prepared.subList(results.size(), end)) {
            try {
                results.add(each.finished(UNUSED));
            } catch (RuntimeException e) {
                throw failure(each.step(), e);
            }
        }
    }

    /** The answer to the whole, when all steps have run. */
    Reply reply() {
        finish(results.size(), prepared.size());
        return results.reply();
    }

    /**
     * @param statement the number of one that was sent
     * @return empty when it was none of a step's
     */
    Optional<TxFailure> failure(int statement, Throwable cause) {
        if (statement < 0 || statement >= owners.size()) return Optional.empty();
        return Optional.of(failure(document.steps().get(owners.get(statement)), cause));
    }

    private TxFailure failure(TxStep step, Throwable cause) {
        Throwable told = switch (cause) {
            case QueryException e -> new RestException(new RestError.DoesNotFit(e.error(), requests.role()));
            case ResultTooLarge e -> new RestException(new RestError.ResultTooLarge(e.maxBytes(), false));
            default -> cause;
        };
        Optional<Asked> asked = prepared.stream()
                .filter(each -> each.step().index() == step.index())
                .findFirst()
                .map(TxPrepared::asked);
        return new TxFailure(step.index(), step.name(), asked, told);
    }

    void discard() {
        while (!prepared.isEmpty()) prepared.removeLast().execution().discard();
    }

    /** The rows of a statement, so that those of all steps together keep within the limits, and what is wrong with them names the step. */
    private final class Rows implements RowHandler {
        private final TxPrepared of;
        private final RowHandler inner;
        private long ownRows;
        private long ownBytes;

        Rows(TxPrepared of, RowHandler inner) {
            this.of = of;
            this.inner = inner;
        }

        @Override
        public void row(ByteBuf row) {
            try {
                if (of.answersRows()) count();
                int before = of.execution().printed().readableBytes();
                inner.row(row);
                count(of.execution().printed().readableBytes() - before);
            } catch (ResultTooLarge | RestException e) {
                throw failure(of.step(), e);
            }
        }

        private void count() {
            int most = settings.transactions().maxRows();
            ownRows++;
            if (++rows > most) throw new TxError.TooManyRows(most).exception();
        }

        private void count(int printed) {
            ownBytes += printed;
            bytes += printed;
            if (bytes > settings.maxResponse()) throw new ResultTooLarge(settings.maxResponse());
        }

        @Override
        public boolean restart() {
            results.clear();
            rows -= ownRows;
            bytes -= ownBytes;
            ownRows = 0;
            ownBytes = 0;
            return inner.restart();
        }
    }
}
