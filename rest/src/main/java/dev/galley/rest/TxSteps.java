package dev.galley.rest;

import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.query.Bindings;
import dev.galley.query.Execution;
import dev.galley.query.Plan;
import dev.galley.query.Planner;
import dev.galley.query.QueryException;
import dev.galley.query.ResultTooLarge;
import dev.galley.schema.Routine.Volatility;
import dev.galley.schema.SchemaModel;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The steps that have been prepared so far, each as the query that it would be as a request of its own, and what they gave. Owns
 * their buffers until {@link #discard}. Confined to an event loop.
 */
final class TxSteps {
    private static final Outcome UNUSED = new Outcome(List.of(), false);

    private final TxDocument document;
    private final TxRequests requests;
    private final Planner planner;
    private final SchemaModel schema;
    private final RestSettings settings;
    private final RequestBody bodies;
    private final TransactionSettings transactionSettings;
    private final TxJson json;
    private final List<Prepared> prepared = new ArrayList<>();
    private final List<TxResult> finished = new ArrayList<>();
    /** For each statement sent, the number of its step. */
    private final List<Integer> owners = new ArrayList<>();
    /** Of all statements of this try. */
    private long rows;

    private long bytes;

    /** @param size of its values */
    private record Prepared(
            TxStep step, Acceptance acceptance, List<LocalSetting> settings, Execution execution, long size) {}

    TxSteps(
            TxDocument document,
            TxRequests requests,
            Planner planner,
            SchemaModel schema,
            RestSettings settings,
            RequestBody bodies,
            TransactionSettings transactionSettings,
            TxJson json) {
        this.document = document;
        this.requests = requests;
        this.planner = planner;
        this.schema = schema;
        this.settings = settings;
        this.bodies = bodies;
        this.transactionSettings = transactionSettings;
        this.json = json;
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

    private Prepared prepare(TxStep step) {
        RestRequest request = requests.of(step, document.used().contains(step.index()), this::result);
        long size = TxRequests.size(request);
        long all = size + prepared.stream().mapToLong(Prepared::size).sum();
        int most = settings.transactions().maxBody();
        if (all > most) throw new TxError.TooLarge(most).exception();

        Bindings bindings = new Bindings();
        Action action = new ActionParser(settings, bodies, schema, bindings).parse(request);
        if (step.reads() && !document.reads() && mayWrite(action)) {
            throw new TxError.Malformed("a volatile function beside steps that write is called by POST").exception();
        }
        Plan plan = planner.plan(action.query(), schema);
        return new Prepared(
                step,
                new Acceptance(request, action, step.format(), Optional.empty()),
                transactionSettings.of(request, schema, action.called()),
                plan.start(bindings, step.format().representation(), settings.maxResponse()),
                size);
    }

    /** As a request of its own it would run in a transaction that refuses writes. */
    private static boolean mayWrite(Action action) {
        return action.called()
                .filter(routine -> routine.volatility() == Volatility.VOLATILE)
                .isPresent();
    }

    /** What makes the transaction the first step's. */
    List<LocalSetting> settings() {
        return prepared.getFirst().settings();
    }

    /** The statements of what was prepared from here on. The first of each step makes the transaction the caller's anew. */
    List<TransactionRequest.Step> toSend(int start) {
        List<TransactionRequest.Step> all = new ArrayList<>();
        for (Prepared each : prepared.subList(start, prepared.size())) {
            List<LocalSetting> own = each.step().index() == 0 ? List.of() : each.settings();
            for (TransactionRequest.Step step : each.execution().steps()) {
                all.add(new TransactionRequest.Step(step.statement(), new Rows(each, step.rows()), own));
                owners.add(each.step().index());
                own = List.of();
            }
        }
        return all;
    }

    /** Whether something about these steps' rows may forbid the commit. */
    boolean mayObject(int start, int end) {
        return prepared.subList(start, end).stream().anyMatch(each -> {
            boolean silentWrite = each.acceptance().action().writes()
                    && each.acceptance().action().called().isEmpty()
                    && !each.acceptance().request().preferences().wantsRows();
            return each.step().expectation().isPresent()
                    || each.acceptance().decidesCommit()
                    || !(silentWrite || document.reads());
        });
    }

    /** Reads what these steps gave. Throws when it is not what was expected. */
    void finish(int start, int end) {
        while (finished.size() > start) finished.removeLast();
        for (Prepared each : prepared.subList(start, end)) {
            try {
                finished.add(finish(each));
            } catch (RuntimeException e) {
                throw failure(each.step(), e);
            }
        }
    }

    private static TxResult finish(Prepared each) {
        Execution.Result result = each.execution().result(UNUSED);
        Acceptance acceptance = each.acceptance();
        Optional<RestError> objection = acceptance.objection(result.rows());
        if (objection.isPresent()) throw new RestException(objection.get());
        Optional<TxStep.Expectation> missed = each.step().expectation().filter(wanted -> !wanted.holds(result.rows()));
        if (missed.isPresent()) {
            throw new TxError.Unexpected(result.rows(), missed.get().toString()).exception();
        }
        Reply reply = new ReplyPrinter(acceptance.request(), acceptance.action(), acceptance.format(), result).print();
        return TxResult.of(each.step(), result, reply);
    }

    /** What a reference stands for. */
    private JsonNode result(String text) {
        TxReference reference = TxReference.parse(text).orElseThrow();
        TxResult named = finished.stream()
                .filter(each -> each.step().name().equals(reference.step()))
                .findFirst()
                .orElseThrow();
        return reference.in(named.tree(json));
    }

    /** The answer to the whole, when all steps have run. */
    Reply reply() {
        if (finished.size() < document.steps().size()) finish(finished.size(), prepared.size());
        return TxResult.reply(finished, settings.maxResponse());
    }

    /** @param statement the number of one that was sent */
    TxFailure failure(int statement, Throwable cause) {
        return failure(document.steps().get(owners.get(statement)), cause);
    }

    private TxFailure failure(TxStep step, Throwable cause) {
        Throwable told = cause instanceof QueryException e
                ? new RestException(new RestError.DoesNotFit(e.error(), requests.role()))
                : cause;
        Optional<Asked> asked = prepared.stream()
                .filter(each -> each.step().index() == step.index())
                .findFirst()
                .map(Prepared::acceptance)
                .map(each -> new Asked(each.request().target(), each.action().query()));
        return new TxFailure(step.index(), step.name(), asked, told);
    }

    void discard() {
        while (!prepared.isEmpty()) prepared.removeLast().execution().discard();
    }

    /** The rows of a statement, so that those of all steps together keep within the limits, and what is wrong with them names the step. */
    private final class Rows implements RowHandler {
        private final Prepared of;
        private final RowHandler inner;
        private long ownRows;
        private long ownBytes;

        Rows(Prepared of, RowHandler inner) {
            this.of = of;
            this.inner = inner;
        }

        @Override
        public void row(ByteBuf row) {
            try {
                count(row);
                inner.row(row);
            } catch (ResultTooLarge | RestException e) {
                throw failure(of.step(), e);
            }
        }

        private void count(ByteBuf row) {
            ownRows++;
            ownBytes += row.readableBytes();
            bytes += row.readableBytes();
            int mostRows = settings.transactions().maxRows();
            if (++rows > mostRows) throw new TxError.TooManyRows(mostRows).exception();
            if (bytes > settings.maxResponse()) throw new ResultTooLarge(settings.maxResponse());
        }

        @Override
        public boolean restart() {
            rows -= ownRows;
            bytes -= ownBytes;
            ownRows = 0;
            ownBytes = 0;
            return inner.restart();
        }
    }
}
