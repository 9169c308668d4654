package dev.galley.graphql;

import dev.galley.http.ClientGone;
import dev.galley.http.Requests;
import dev.galley.identity.Caller;
import dev.galley.identity.Refusal;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.idempotency.IdempotencyKey;
import dev.galley.postgres.idempotency.IdempotentRun;
import dev.galley.postgres.idempotency.IdempotentWrite;
import dev.galley.query.HiddenNames;
import dev.galley.query.PreRequest;
import dev.galley.query.document.DocumentPlanner;
import dev.galley.query.document.TooManyValues;
import dev.galley.schema.SchemaCache;
import dev.galley.schema.SchemaModel;
import graphql.language.OperationDefinition.Operation;
import graphql.normalized.ExecutableNormalizedField;
import graphql.normalized.ExecutableNormalizedOperation;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The way of one request: who calls, the schema that the caller sees, the operation, the transaction, the answer. */
final class GraphqlHandler {
    private static final Logger LOG = System.getLogger(GraphqlHandler.class.getName());
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;
    /** Bytes. Smaller bodies are read sooner than another thread would have begun. */
    private static final int LARGE = 128 << 10;

    private final GraphqlSettings settings;
    private final RequestTransaction transactions;
    private final SchemaCache models;
    private final CallerSettings callerSettings;
    private final Optional<String> preRequest;
    private final Idempotency idempotency;
    private final Schemas schemas;
    private final Documents documents;
    private final PersistedQueries persisted;
    private final DocumentPlanner planner;
    private final AnswerWriter writer;
    private final Graphiql graphiql = new Graphiql();

    GraphqlHandler(GraphqlSettings settings, Database database, RequestTransaction transactions, SchemaCache models) {
        this.settings = settings;
        this.transactions = transactions;
        this.models = models;
        this.callerSettings = new CallerSettings(database);
        this.preRequest = database.preRequest().map(PreRequest::sql);
        this.idempotency = new Idempotency(database.idempotency());
        this.documents = new Documents(settings);
        this.persisted = new PersistedQueries(settings.persisted());
        this.planner = new DocumentPlanner(settings.planCache());
        this.writer = new AnswerWriter(settings.maxAge());
        this.schemas = new Schemas(database.schemas(), settings, transactions, () -> {
            documents.forget();
            planner.forget();
        });
    }

    void handle(RoutingContext context) {
        AnswerType type = AnswerType.of(context);
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.POST)) {
            Requests.bodyLimit(context, settings.limits().body());
            context.request()
                    .body()
                    .onSuccess(body -> attempt(context, type, () -> posted(context, type, body.getBytes())))
                    // The client broke off, or the edge has already refused a body that is too large.
                    .onFailure(broken -> LOG.log(Level.DEBUG, "request body not read", broken));
        } else if (method.equals(HttpMethod.GET) && settings.graphiql() && AnswerType.wantsPage(context)) {
            graphiql.page(context);
        } else if (method.equals(HttpMethod.GET)) {
            attempt(
                    context,
                    type,
                    () -> start(
                            context,
                            type,
                            () -> GraphqlRequest.ofParameters(context.queryParams(), settings.limits()),
                            false));
        } else {
            writer.write(
                    context,
                    type,
                    new Replies(type)
                            .before(GraphqlError.request(METHOD_NOT_ALLOWED, "GraphQL is asked by GET or POST")
                                    .thrown())
                            .with("Allow", "GET, POST, OPTIONS"));
        }
    }

    /** A file of GraphiQL's, where there is one and it may be shown. */
    void file(RoutingContext context) {
        if (settings.graphiql()) {
            graphiql.file(context);
        } else {
            context.next();
        }
    }

    private void attempt(RoutingContext context, AnswerType type, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            fail(context, type, e);
        }
    }

    /** A page of another site can send forms and plain text without the browser asking first, but no JSON. */
    private void posted(RoutingContext context, AnswerType type, byte[] body) {
        if (!isJson(context)) {
            throw GraphqlError.request(UNSUPPORTED_MEDIA_TYPE, "The body must be of the type application/json")
                    .thrown();
        }
        start(context, type, () -> GraphqlRequest.ofBody(body, settings.limits()), body.length >= LARGE);
    }

    private static boolean isJson(RoutingContext context) {
        var given = context.parsedHeaders().contentType();
        String charset = given.parameters().getOrDefault("charset", "utf-8");
        return given.component().equalsIgnoreCase("application")
                && given.subComponent().equalsIgnoreCase("json")
                && charset.equalsIgnoreCase("utf-8");
    }

    private void start(RoutingContext context, AnswerType type, Supplier<GraphqlRequest> reader, boolean beside) {
        switch (Requests.identified(context)) {
            case Refusal refusal -> writer.write(context, type, new Replies(type).refused(refusal));
            case Caller caller -> {
                Supplier<GraphqlRequest> complete = () -> persisted.complete(reader.get());
                Consumer<GraphqlRequest> next = request -> run(context, type, caller, request);
                if (beside) {
                    onThreadBeside(context, type, complete, next);
                } else {
                    next.accept(complete.get());
                }
            }
        }
    }

    private <T> void onThreadBeside(RoutingContext context, AnswerType type, Supplier<T> work, Consumer<T> next) {
        context.vertx()
                .executeBlocking(work::get, false)
                .map(done -> {
                    next.accept(done);
                    return done;
                })
                .onFailure(failure -> fail(context, type, failure));
    }

    private void run(RoutingContext context, AnswerType type, Caller caller, GraphqlRequest request) {
        SchemaModel model = models.current();
        var local = callerSettings.of(context.request(), caller, model);
        Prepared prepared = new Prepared(context, type, caller, model, local, request);
        schemas.of(context.vertx(), model, caller, local)
                .onSuccess(schema -> attempt(context, type, () -> read(prepared, schema)))
                .onFailure(failure -> fail(context, type, failure));
    }

    private void read(Prepared prepared, RoleSchema schema) {
        GraphqlRequest request = prepared.request();
        Supplier<ExecutableNormalizedOperation> work =
                () -> documents.operation(schema, request.text(), request.operationName(), request.variables());
        Consumer<ExecutableNormalizedOperation> next = operation -> {
            persisted.keep(request);
            execute(prepared, schema, operation);
        };
        // A new document is parsed and validated on a thread beside.
        if (documents.knows(schema, request.text())) {
            next.accept(work.get());
        } else {
            onThreadBeside(prepared.context(), prepared.type(), work, next);
        }
    }

    private void execute(Prepared prepared, RoleSchema schema, ExecutableNormalizedOperation operation) {
        RoutingContext context = prepared.context();
        boolean changes = operation.getOperation() != Operation.QUERY;
        requireReading(context, changes);
        Optional<IdempotencyKey> key = changes
                ? idempotency.key(context.request().headers(), prepared.caller(), prepared.request(), prepared.type())
                : Optional.empty();
        List<String> keys = operation.getTopLevelFields().stream()
                .map(ExecutableNormalizedField::getResultKey)
                .toList();
        Execution execution = new Execution(settings, preRequest, planner, schema, way(context, key), context.vertx());
        execution
                .run(operation, prepared.caller(), prepared.settings())
                .onSuccess(reply -> writer.write(context, prepared.type(), reply))
                .onFailure(failure -> failRun(prepared, told(failure, prepared, key.isPresent(), execution), keys));
    }

    private Execution.Way way(RoutingContext context, Optional<IdempotencyKey> key) {
        Consumer<RequestTransaction.Running> started = running -> ClientGone.onClosed(context, running::cancel);
        if (key.isPresent()) {
            return (request, printer) ->
                    new IdempotentRun<>(transactions, idempotency, key.get(), started).run(request, printer);
        }
        return (request, printer) -> {
            RequestTransaction.Running running = transactions.run(request);
            started.accept(running);
            return running.outcome().map(printer);
        };
    }

    /** Without the names of what the role cannot see, and with the number of the operation's field whose step it was. */
    private Throwable told(Throwable failure, Prepared prepared, boolean once, Execution execution) {
        if (!(failure instanceof DatabaseException failed)) {
            return failure;
        }
        int before = (preRequest.isPresent() ? 1 : 0) + (once ? IdempotentWrite.STEPS_BEFORE : 0);
        var names = new HiddenNames(models.current(), prepared.caller().role(), Optional.empty());
        return new DatabaseException(
                names.removed(failed.failure()), execution.part(failed.step().orElse(-1) - before));
    }

    /** A GET may be repeated by anybody on the way, and sent by any page: it changes nothing. */
    private static void requireReading(RoutingContext context, boolean changes) {
        if (changes && context.request().method().equals(HttpMethod.GET)) {
            throw GraphqlError.request(METHOD_NOT_ALLOWED, "Only queries may be sent by GET")
                    .thrown();
        }
    }

    private void fail(RoutingContext context, AnswerType type, Throwable failure) {
        Replies replies = new Replies(type);
        writer.write(
                context,
                type,
                failure instanceof GraphqlException refused
                        ? replies.before(refused)
                        : other(context, replies, failure, List.of()));
    }

    private void failRun(Prepared prepared, Throwable failure, List<String> keys) {
        Replies replies = prepared.replies();
        writer.write(
                prepared.context(),
                prepared.type(),
                failure instanceof GraphqlException refused
                        ? replies.during(refused)
                        : other(prepared.context(), replies, failure, keys));
    }

    private static Reply other(RoutingContext context, Replies replies, Throwable failure, List<String> keys) {
        return switch (failure) {
            case TooManyValues many -> replies.tooMany(many);
            case DatabaseException failed -> replies.database(failed, keys);
            default -> {
                LOG.log(Level.ERROR, "request " + Requests.id(context) + " failed", failure);
                yield Replies.internal();
            }
        };
    }
}
