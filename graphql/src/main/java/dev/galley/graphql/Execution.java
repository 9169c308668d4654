package dev.galley.graphql;

import dev.galley.identity.Caller;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.query.Bindings;
import dev.galley.query.document.Document;
import dev.galley.query.document.DocumentPlan;
import dev.galley.query.document.DocumentPlanner;
import graphql.language.OperationDefinition.Operation;
import graphql.normalized.ExecutableNormalizedField;
import graphql.normalized.ExecutableNormalizedOperation;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One operation from its fields to the values of its answer. Confined to an event loop. */
final class Execution {
    private static final DocumentPlan NOTHING = new DocumentPlan(List.of(), true, false);

    private final GraphqlSettings settings;
    private final Optional<String> preRequest;
    private final DocumentPlanner planner;
    private final RoleSchema schema;
    private final Way way;
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
            Way way) {
        this.settings = settings;
        this.preRequest = preRequest;
        this.planner = planner;
        this.schema = schema;
        this.way = way;
    }

    /** Answers the operation's fields. */
    Future<Reply> run(
            ExecutableNormalizedOperation operation,
            Caller caller,
            List<TransactionRequest.LocalSetting> callerSettings) {
        List<ExecutableNormalizedField> roots = operation.getTopLevelFields();
        Map<String, byte[]> answer = new LinkedHashMap<>();
        roots.forEach(root -> answer.put(root.getResultKey(), new byte[0]));
        List<ExecutableNormalizedField> data = new ArrayList<>(roots);
        data.removeIf(Introspection::isAbout);
        List<GraphqlError> errors = new ArrayList<>();
        if (data.size() < roots.size() && schema.introspection()) {
            answer.putAll(Introspection.answer(schema, operation));
        } else {
            roots.stream().filter(Introspection::isAbout).forEach(root -> {
                answer.remove(root.getResultKey());
                errors.add(Introspection.refused(root));
            });
        }
        if (data.isEmpty()) {
            if (!errors.isEmpty()) {
                throw new GraphqlException(errors);
            }
            // Whoever the function refuses is not told of the schema either.
            return preRequest.isEmpty()
                    ? Future.succeededFuture(Reply.data(answer, errors))
                    : execute(NOTHING, new Bindings(), caller, callerSettings, answer, errors);
        }
        Bindings bindings = new Bindings();
        OperationReader reader = new OperationReader(schema, bindings);
        boolean mutation = operation.getOperation() == Operation.MUTATION;
        Document document = mutation ? reader.mutation(data) : reader.query(data);
        Limit.ROWS.require(
                new RowEstimate(bindings).of(document), settings.limits().rows());
        DocumentPlan plan = planner.plan(document, schema.model(), schema.schema(), schema.readable());
        return execute(plan, bindings, caller, callerSettings, answer, errors);
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
        for (DocumentPlan.Part part : plan.parts()) {
            Cells row = new Cells(this::take);
            cells.add(row);
            steps.add(new TransactionRequest.Step(part.statement(bindings), row));
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
                plan.bounded() && preRequest.isEmpty(),
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
            return Reply.data(answer, errors);
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
