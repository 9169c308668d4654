package dev.galley.graphql;

import dev.galley.identity.Caller;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.query.Bindings;
import dev.galley.query.QueryError;
import dev.galley.query.QueryException;
import dev.galley.query.document.Document;
import dev.galley.query.document.DocumentPlan;
import dev.galley.query.document.DocumentPlanner;
import graphql.language.OperationDefinition.Operation;
import graphql.normalized.ExecutableNormalizedField;
import graphql.normalized.ExecutableNormalizedOperation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One operation from its fields to the values of its answer. Confined to an event loop. */
final class Execution {
    private static final DocumentPlan NOTHING = DocumentPlan.nothing();

    /** Stands where a field that was refused would have its answer. */
    private static final byte[] NONE = new byte[0];

    private final GraphqlSettings settings;
    private final Optional<String> preRequest;
    private final DocumentPlanner planner;
    private final RoleSchema schema;
    private final Way way;
    private final Vertx vertx;

    /** Behind the last statement of each of the operation's fields. */
    private final List<Integer> ends = new ArrayList<>();

    private long bytes;

    /** How the transaction is run: as it is, or once for a key. */
    interface Way {
        /** @param printer makes the answer when all rows have come */
        Future<Reply> run(TransactionRequest request, Function<RequestTransaction.Outcome, Reply> printer);
    }

    /** @param preRequest SQL to run before everything else */
    Execution(
            GraphqlSettings settings,
            Optional<String> preRequest,
            DocumentPlanner planner,
            RoleSchema schema,
            Way way,
            Vertx vertx) {
        this.settings = settings;
        this.preRequest = preRequest;
        this.planner = planner;
        this.schema = schema;
        this.way = way;
        this.vertx = vertx;
    }

    /** Answers the operation's fields. */
    Future<Reply> run(
            ExecutableNormalizedOperation operation,
            Caller caller,
            List<TransactionRequest.LocalSetting> callerSettings) {
        List<ExecutableNormalizedField> roots = operation.getTopLevelFields();
        List<ExecutableNormalizedField> data = new ArrayList<>(roots);
        data.removeIf(Introspection::isAbout);
        List<ExecutableNormalizedField> told = new ArrayList<>(roots);
        told.removeAll(data);
        if (!told.isEmpty() && schema.introspection()) {
            Map<String, byte[]> answers = new LinkedHashMap<>();
            return vertx.executeBlocking(
                            () -> {
                                introspect(told, answers);
                                return answers.size();
                            },
                            false)
                    .compose(_ -> run(operation, data, answers, List.of(), caller, callerSettings));
        }
        List<GraphqlError> errors = told.stream().map(Introspection::refused).toList();
        return run(operation, data, Map.of(), errors, caller, callerSettings);
    }

    private void introspect(List<ExecutableNormalizedField> fields, Map<String, byte[]> answers) {
        int left = settings.limits().response();
        for (ExecutableNormalizedField field : fields) {
            byte[] answer = Introspection.answer(schema, field, left);
            left -= answer.length;
            answers.put(field.getResultKey(), answer);
        }
    }

    /**
     * @param known answers of some of the operation's fields
     * @param refused why others of them have none
     */
    private Future<Reply> run(
            ExecutableNormalizedOperation operation,
            List<ExecutableNormalizedField> data,
            Map<String, byte[]> known,
            List<GraphqlError> refused,
            Caller caller,
            List<TransactionRequest.LocalSetting> callerSettings) {
        List<GraphqlError> errors = new ArrayList<>(refused);
        Bindings bindings = new Bindings();
        OperationReader reader = new OperationReader(schema, bindings);
        Document document =
                operation.getOperation() == Operation.MUTATION ? reader.mutation(data) : reader.query(data, errors);
        boolean nothing = document instanceof Document.Query(var members) && members.isEmpty();
        if (nothing && known.isEmpty()) {
            throw new GraphqlException(errors);
        }
        Limit.ROWS.require(
                new RowEstimate(bindings).of(document), settings.limits().rows());
        Map<String, byte[]> answer = new LinkedHashMap<>();
        operation.getTopLevelFields().forEach(root -> answer.put(root.getResultKey(), NONE));
        answer.putAll(known);
        // Whoever the function refuses is not told of the schema either.
        return nothing && preRequest.isEmpty()
                ? Future.succeededFuture(reply(answer, errors))
                : execute(nothing ? NOTHING : plan(document), bindings, caller, callerSettings, answer, errors);
    }

    private static Reply reply(Map<String, byte[]> answer, List<GraphqlError> errors) {
        answer.values().removeIf(value -> value.length == 0);
        return Reply.data(answer, errors);
    }

    private DocumentPlan plan(Document document) {
        try {
            return planner.plan(document, schema.model(), schema.schema(), schema.readable());
        } catch (QueryException refused) {
            throw GraphqlError.input(
                            switch (refused.error()) {
                                case QueryError.NestedInsertRefused nested ->
                                    "Records cannot stand inside one another like this: " + nested.reason();
                                case QueryError.TooComplex _ -> "Too many kinds of records inside one another";
                                default -> "Records cannot stand inside one another like this";
                            })
                    .thrown();
        }
    }

    /** Which of the operation's fields a statement belongs to; negative for none. */
    int part(int statement) {
        return statement < 0
                ? -1
                : Math.toIntExact(ends.stream().filter(end -> end <= statement).count());
    }

    private Future<Reply> execute(
            DocumentPlan plan,
            Bindings bindings,
            Caller caller,
            List<TransactionRequest.LocalSetting> callerSettings,
            Map<String, byte[]> answer,
            List<GraphqlError> errors) {
        List<Cells> cells = new ArrayList<>();
        List<TransactionRequest.Step> steps = new ArrayList<>();
        preRequest.ifPresent(
                sql -> steps.add(new TransactionRequest.Step(new Statement(sql, List.of()), RowHandler.NONE)));
        int first = steps.size();
        for (DocumentPlan.Part part : plan.parts()) {
            part.before(bindings).forEach(each -> steps.add(new TransactionRequest.Step(each, RowHandler.NONE)));
            Cells row = new Cells(this::take);
            cells.add(row);
            steps.add(new TransactionRequest.Step(part.statement(bindings), row));
            ends.add(steps.size() - first);
        }
        boolean limited = plan.parts().stream().anyMatch(part -> part.atMost().isPresent());
        TransactionRequest.Ending ending = limited
                ? new TransactionRequest.Decide(() -> {
                    requireWithin(plan, bindings, cells);
                    return true;
                })
                : new TransactionRequest.Commit();
        TransactionRequest request = new TransactionRequest(
                caller.role(),
                callerSettings,
                plan.readOnly(),
                plan.bounded(bindings) && preRequest.isEmpty(),
                steps,
                ending,
                settings.timeout());
        return way.run(request, _ -> {
            for (int i = 0; i < cells.size(); i++) {
                List<String> keys = plan.parts().get(i).keys();
                for (int k = 0; k < keys.size(); k++) {
                    answer.put(keys.get(k), cells.get(i).get(k));
                }
            }
            return reply(answer, errors);
        });
    }

    /** More rows than were allowed to change undo all of the operation. */
    private static void requireWithin(DocumentPlan plan, Bindings bindings, List<Cells> cells) {
        for (int i = 0; i < cells.size(); i++) {
            DocumentPlan.Part part = plan.parts().get(i);
            if (part.atMost().isEmpty()) {
                continue;
            }
            long changed =
                    Long.parseLong(new String(cells.get(i).get(part.keys().size()), StandardCharsets.US_ASCII));
            if (changed > bindings.number(part.atMost().get())) {
                throw GraphqlError.input((part.deletes() ? "delete" : "update") + " impacts too many records")
                        .thrown();
            }
        }
    }

    private void take(int length) {
        bytes += length;
        if (bytes > settings.limits().response()) {
            throw GraphqlError.of(
                            GraphqlError.TOO_COMPLEX,
                            "The answer is larger than " + settings.limits().response() + " bytes")
                    .thrown();
        }
    }
}
