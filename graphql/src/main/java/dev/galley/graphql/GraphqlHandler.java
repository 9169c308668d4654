package dev.galley.graphql;

import dev.galley.http.ClientGone;
import dev.galley.http.Requests;
import dev.galley.identity.Caller;
import dev.galley.identity.Refusal;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.query.HiddenNames;
import dev.galley.query.PreRequest;
import dev.galley.query.document.DocumentPlanner;
import dev.galley.query.document.TooManyValues;
import dev.galley.schema.SchemaCache;
import dev.galley.schema.SchemaModel;
import graphql.language.OperationDefinition.Operation;
import graphql.normalized.ExecutableNormalizedField;
import graphql.normalized.ExecutableNormalizedOperation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The way of one request: who calls, the schema that the caller sees, the operation, the transaction, the answer. */
final class GraphqlHandler {
    private static final Logger LOG = System.getLogger(GraphqlHandler.class.getName());
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL = 500;
    private static final int UNAVAILABLE = 503;

    private final GraphqlSettings settings;
    private final RequestTransaction transactions;
    private final SchemaCache models;
    private final CallerSettings callerSettings;
    private final Optional<String> preRequest;
    private final Schemas schemas;
    private final Documents documents;
    private final DocumentPlanner planner;

    GraphqlHandler(GraphqlSettings settings, Database database, RequestTransaction transactions, SchemaCache models) {
        this.settings = settings;
        this.transactions = transactions;
        this.models = models;
        this.callerSettings = new CallerSettings(database);
        this.preRequest = database.preRequest().map(PreRequest::sql);
        this.schemas = new Schemas(database.schemas(), settings, transactions);
        this.documents = new Documents(settings);
        this.planner = new DocumentPlanner(settings.planCache());
    }

    void handle(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.POST)) {
            Requests.bodyLimit(context, settings.maxBody());
            context.request()
                    .body()
                    .onSuccess(body -> attempt(context, () -> start(context, GraphqlRequest.ofBody(body.getBytes()))))
                    // The client broke off, or the edge has already refused a body that is too large.
                    .onFailure(broken -> LOG.log(Level.DEBUG, "request body not read", broken));
        } else if (method.equals(HttpMethod.GET)) {
            attempt(
                    context,
                    () -> start(
                            context,
                            GraphqlRequest.ofQueryString(
                                    parameter(context, "query"),
                                    parameter(context, "operationName"),
                                    parameter(context, "variables"))));
        } else {
            context.response().putHeader("Allow", "GET, POST, OPTIONS");
            refuse(
                    context,
                    METHOD_NOT_ALLOWED,
                    GraphqlError.of(GraphqlError.BAD_REQUEST, "GraphQL is asked by GET or POST"));
        }
    }

    private static Optional<String> parameter(RoutingContext context, String name) {
        return Optional.ofNullable(context.request().getParam(name));
    }

    private void attempt(RoutingContext context, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            fail(context, e, List.of());
        }
    }

    private void start(RoutingContext context, GraphqlRequest request) {
        switch (Requests.identified(context)) {
            case Refusal refusal -> {
                context.response().putHeader("WWW-Authenticate", "Bearer");
                refuse(context, UNAUTHORIZED, Answers.refusal(refusal));
            }
            case Caller caller -> run(context, request, caller);
        }
    }

    private void run(RoutingContext context, GraphqlRequest request, Caller caller) {
        SchemaModel model = models.current();
        var local = callerSettings.of(context.request(), caller, model);
        schemas.of(context.vertx(), model, caller.role(), local)
                .onSuccess(schema -> attempt(
                        context,
                        () -> read(
                                context,
                                schema,
                                request,
                                operation -> execute(
                                        context,
                                        new Execution(settings, preRequest, planner, transactions, schema),
                                        operation,
                                        caller,
                                        local))))
                .onFailure(failure -> fail(context, failure, List.of()));
    }

    private void read(
            RoutingContext context,
            RoleSchema schema,
            GraphqlRequest request,
            Consumer<ExecutableNormalizedOperation> next) {
        // A new document is parsed and validated on a thread beside.
        if (documents.knows(schema, request.query())) {
            next.accept(operation(schema, request));
            return;
        }
        context.vertx()
                .executeBlocking(() -> operation(schema, request), false)
                .map(operation -> {
                    next.accept(operation);
                    return operation;
                })
                .onFailure(failure -> fail(context, failure, List.of()));
    }

    private ExecutableNormalizedOperation operation(RoleSchema schema, GraphqlRequest request) {
        return documents.operation(schema, request.query(), request.operationName(), request.variables());
    }

    private void execute(
            RoutingContext context,
            Execution execution,
            ExecutableNormalizedOperation operation,
            Caller caller,
            List<LocalSetting> local) {
        requireReading(context, operation);
        List<String> keys = operation.getTopLevelFields().stream()
                .map(ExecutableNormalizedField::getResultKey)
                .toList();
        execution
                .run(operation, caller, local, running -> ClientGone.onClosed(context, running::cancel))
                .onSuccess(answer -> write(context, OK, Answers.data(answer.fields(), answer.errors())))
                .onFailure(failure -> fail(context, told(failure, models.current(), caller.role()), keys));
    }

    /** Without the names of what the role cannot see. */
    private Throwable told(Throwable failure, SchemaModel model, String role) {
        return failure instanceof DatabaseException failed
                ? new DatabaseException(
                        new HiddenNames(model, role, Optional.empty()).removed(failed.failure()),
                        failed.step().orElse(-1) - (preRequest.isPresent() ? 1 : 0))
                : failure;
    }

    /** A GET may be repeated by anybody on the way, and sent by any page: it changes nothing. */
    private static void requireReading(RoutingContext context, ExecutableNormalizedOperation operation) {
        if (context.request().method().equals(HttpMethod.GET) && operation.getOperation() != Operation.QUERY) {
            throw GraphqlError.of(GraphqlError.BAD_REQUEST, "Only queries may be sent by GET")
                    .thrown();
        }
    }

    private void fail(RoutingContext context, Throwable failure, List<String> keys) {
        switch (failure) {
            case GraphqlException refused -> {
                String code = refused.errors().getFirst().code();
                boolean early = code.equals(GraphqlError.BAD_REQUEST);
                boolean ran = code.equals(GraphqlError.BAD_USER_INPUT) || code.equals(GraphqlError.VALIDATION_FAILED);
                write(context, early ? BAD_REQUEST : OK, Answers.errors(refused.errors(), ran));
            }
            case TooManyValues many ->
                write(
                        context,
                        OK,
                        Answers.errors(
                                List.of(GraphqlError.of(
                                        GraphqlError.TOO_COMPLEX, "The operation has " + many.getMessage())),
                                false));
            case DatabaseException failed -> {
                retryAfter(failed.failure())
                        .ifPresent(wait -> context.response()
                                .putHeader("Retry-After", Long.toString(Math.max(1, wait.toSeconds()))));
                boolean busy = retryAfter(failed.failure()).isPresent();
                write(context, busy ? UNAVAILABLE : OK, Answers.errors(List.of(Answers.failure(failed, keys)), !busy));
            }
            default -> {
                LOG.log(Level.ERROR, "request " + Requests.id(context) + " failed", failure);
                refuse(context, INTERNAL, GraphqlError.of(GraphqlError.INTERNAL, "Internal error"));
            }
        }
    }

    private static Optional<Duration> retryAfter(DatabaseFailure failure) {
        return switch (failure) {
            case DatabaseFailure.Busy(var wait) -> Optional.of(wait);
            case DatabaseFailure.RoleBusy(var wait) -> Optional.of(wait);
            case DatabaseFailure.Unavailable(var _, var wait) -> Optional.of(wait);
            case DatabaseFailure.Refused _,
                    DatabaseFailure.OutcomeUnknown _,
                    DatabaseFailure.TimedOut _,
                    DatabaseFailure.RowTooLong _,
                    DatabaseFailure.Cancelled _ -> Optional.empty();
        };
    }

    private static void refuse(RoutingContext context, int status, GraphqlError error) {
        write(context, status, Answers.errors(List.of(error), false));
    }

    private static void write(RoutingContext context, int status, Buffer body) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.headers().add("Vary", "Accept");
        var _ = response.setStatusCode(status)
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .end(body);
    }
}
