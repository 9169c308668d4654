package dev.galley.rest;

import dev.galley.http.ClientGone;
import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import dev.galley.identity.Refusal;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.idempotency.IdempotencyKey;
import dev.galley.postgres.idempotency.IdempotentRun;
import dev.galley.query.Bindings;
import dev.galley.query.Execution;
import dev.galley.query.Explained;
import dev.galley.query.HiddenNames;
import dev.galley.query.Plan;
import dev.galley.query.Planner;
import dev.galley.query.QueryException;
import dev.galley.query.Read;
import dev.galley.query.ResultFormat;
import dev.galley.query.ResultTooLarge;
import dev.galley.query.TooCostly;
import dev.galley.schema.SchemaCache;
import dev.galley.schema.SchemaModel;
import io.netty.buffer.ByteBuf;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The way of one request: who calls, what is wanted, how it is done, the transaction, the answer. Each step is timed; what
 * goes wrong in any of them is a {@link RestError}, told in one place.
 */
final class RestHandler {
    private static final Logger LOG = System.getLogger(RestHandler.class.getName());

    private final RestSettings settings;
    private final Planner planner;
    private final RequestTransaction transactions;
    private final SchemaCache schemas;
    private final Function<RoutingContext, Identified> callers;
    private final Function<RoutingContext, String> requestIds;
    private final TransactionSettings transactionSettings;
    private final RequestBody bodies;
    private final OpenApiEndpoint openApi;
    private final Idempotency idempotency;
    private final TxEndpoint tx;
    private final ResponseCache cache;

    RestHandler(
            RestSettings settings,
            Planner planner,
            RequestTransaction transactions,
            SchemaCache schemas,
            CacheCounts cacheCounts,
            Function<RoutingContext, Identified> callers,
            Function<RoutingContext, String> requestIds) {
        this.settings = settings;
        this.planner = planner;
        this.transactions = transactions;
        this.schemas = schemas;
        this.callers = callers;
        this.requestIds = requestIds;
        this.transactionSettings = new TransactionSettings(settings);
        this.bodies = new RequestBody(new JsonBody(settings.maxJsonDepth()));
        this.openApi = new OpenApiEndpoint(settings, planner, transactions, transactionSettings);
        this.idempotency = new Idempotency(settings.idempotency());
        this.tx = new TxEndpoint(settings, planner, transactions, transactionSettings, bodies, idempotency);
        this.cache = ResponseCache.of(settings, transactions, cacheCounts);
    }

    void handle(RoutingContext context) {
        switch (context.request().method().name()) {
            case "POST", "PUT", "PATCH" ->
                context.request()
                        .body()
                        .onSuccess(body -> answer(context, body.getBytes()))
                        // The client broke off, or the edge has already refused a body that is too large.
                        .onFailure(broken -> LOG.log(Level.DEBUG, "request body not read", broken));
            default -> answer(context, new byte[0]);
        }
    }

    private void answer(RoutingContext context, byte[] body) {
        SchemaModel schema = schemas.current();
        Running running = new Running(context, schema);
        running.attempt(() -> running.start(body));
    }

    /** A request under way. Confined to its event loop. */
    private final class Running {
        private final RoutingContext context;
        private final SchemaModel schema;
        private final RequestTimes times = new RequestTimes();
        private Optional<Caller> caller = Optional.empty();
        private Optional<Asked> asked = Optional.empty();
        private Optional<CachedRead> cached = Optional.empty();

        Running(RoutingContext context, SchemaModel schema) {
            this.context = context;
            this.schema = schema;
        }

        String role() {
            return caller.map(Caller::role).orElse("");
        }

        void attempt(Runnable work) {
            try {
                work.run();
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        void start(byte[] body) {
            String method = context.request().method().name();
            String path = RestService.pathBehindPrefix(context.request().path());
            Target target = Target.of(method, path, context.request().headers(), settings);
            caller = Optional.of(identify());
            times.end("jwt");
            boolean steps = tx.isMeant(target, schema);
            if (method.equals("OPTIONS")) {
                times.end("parse");
                Reply reply = steps
                        ? TxEndpoint.options(context.request().headers().contains("Origin"))
                        : Options.reply(target, role(), context.request().headers(), schema);
                times.end("response");
                write(reply);
                return;
            }

            RestRequest request = request(method, path, target, body);
            if (steps) {
                transaction(request);
                return;
            }
            Bindings bindings = new Bindings();
            if (target.resource() instanceof Target.Root) {
                openApi.answer(context, request, schema, times)
                        .onSuccess(this::write)
                        .onFailure(this::fail);
                return;
            }
            ActionParser parser = new ActionParser(settings, bodies, schema, bindings);
            if (body.length < settings.largeBody()) {
                plan(request, parser.parse(request), idempotency.key(request), bindings);
                return;
            }
            context.vertx()
                    .executeBlocking(() -> Map.entry(parser.parse(request), idempotency.key(request)), false)
                    .map(parsed -> {
                        plan(request, parsed.getKey(), parsed.getValue(), bindings);
                        return parsed;
                    })
                    .onFailure(this::fail);
        }

        private void plan(RestRequest request, Action action, Optional<IdempotencyKey> key, Bindings bindings) {
            asked = Optional.of(new Asked(request.target(), action.query()));
            times.end("parse");

            Plan plan = planner.plan(action.query(), schema);
            MediaTypes.Format format = Negotiation.of(request, action, schema, settings.plans());
            times.end("plan");

            // A plan is no answer to keep: it is made without the effect, and for this moment.
            Optional<IdempotencyKey> once = key.filter(_ -> !(format.representation() instanceof Explained));
            execute(request, action, plan, once, bindings, format);
        }

        private Caller identify() {
            return switch (callers.apply(context)) {
                case Caller known -> known;
                case Refusal refusal -> throw new RestException(new RestError.Refused(refusal));
            };
        }

        private RestRequest request(String method, String path, Target target, byte[] body) {
            var headers = context.request().headers();
            String query = context.request().query();
            Preferences preferences = Preferences.parse(
                    headers.getAll("Prefer"), settings.transactionEnd().mayBeOverridden());
            return new RestRequest(
                    method,
                    path,
                    target,
                    QueryString.parse(query == null ? "" : query),
                    headers,
                    preferences,
                    caller.orElseThrow(),
                    body);
        }

        private void execute(
                RestRequest request,
                Action action,
                Plan plan,
                Optional<IdempotencyKey> key,
                Bindings bindings,
                MediaTypes.Format format) {
            Optional<Read> current = new ActionParser(settings, bodies, schema, bindings).guarded(request, action);
            var transactionLocal = transactionSettings.of(request, schema, action.called());
            Execution execution = plan.start(bindings, format.representation(), settings.maxResponse());
            Optional<GuardedWrite> guard = current.map(
                    rows -> GuardedWrite.of(request, rows, planner, schema, bindings, format, settings, execution));
            Acceptance acceptance = new Acceptance(request, action, format, guard);
            TransactionRequest wanted = new TransactionRequest(
                    request.role(),
                    guard.map(each -> each.settings(transactionLocal)).orElse(transactionLocal),
                    plan.readOnly(),
                    format.representation() instanceof ResultFormat && plan.bounded(bindings),
                    guard.map(GuardedWrite::steps).orElseGet(execution::steps),
                    acceptance.ending(settings.transactionEnd(), execution::rows),
                    settings.timeout());
            if (key.isPresent() && !(wanted.ending() instanceof TransactionRequest.Rollback)) {
                once(key.get(), wanted, execution, guard, soFar -> {
                    Execution.Result result = execution.result(soFar);
                    return printed(acceptance, result);
                });
                return;
            }
            cached =
                    execution.preparing() == 0 ? cache.read(request, action, format, schema, wanted) : Optional.empty();
            if (cached.isEmpty()) {
                run(acceptance, execution, wanted);
                return;
            }
            CachedRead read = cached.get();
            read.find(found -> attempt(() -> {
                if (found.isEmpty()) {
                    run(acceptance, execution, read.watched(wanted));
                    return;
                }
                execution.discard();
                write(settings.etags() ? ConditionalReplies.conditional(found.get(), request) : found.get());
            }));
        }

        private void run(Acceptance acceptance, Execution execution, TransactionRequest wanted) {
            Optional<GuardedWrite> guard = acceptance.guard();
            var running = transactions.run(wanted);
            ClientGone.onClosed(context, running::cancel);
            running.outcome().onComplete(outcome -> {
                times.end("transaction");
                if (outcome.succeeded()) {
                    finish(acceptance, execution, execution.result(outcome.result()));
                } else {
                    execution.discard();
                    failWrite(guard, outcome.cause());
                }
                guard.ifPresent(GuardedWrite::release);
            });
        }

        private void transaction(RestRequest request) {
            tx.answer(context, request, schema)
                    .onSuccess(reply -> {
                        times.end("transaction");
                        write(reply);
                    })
                    .onFailure(this::fail);
        }

        private void once(
                IdempotencyKey key,
                TransactionRequest wanted,
                Execution execution,
                Optional<GuardedWrite> guard,
                Function<RequestTransaction.Outcome, Reply> printer) {
            var run = new IdempotentRun<>(
                    transactions, idempotency, key, each -> ClientGone.onClosed(context, each::cancel));
            run.run(wanted, printer).onComplete(done -> {
                times.end("transaction");
                if (done.succeeded()) {
                    done.result().body().ifPresent(ByteBuf::retain);
                    write(done.result());
                } else {
                    failWrite(guard, done.cause());
                }
                execution.discard();
                guard.ifPresent(GuardedWrite::release);
            });
        }

        private void failWrite(Optional<GuardedWrite> guard, Throwable cause) {
            if (guard.isPresent() && GuardedWrite.overtaken(cause)) fail(new RestError.PreconditionFailed());
            else fail(cause);
        }

        private void finish(Acceptance acceptance, Execution execution, Execution.Result result) {
            RestRequest request = acceptance.request();
            ByteBuf rows = result.body();
            try {
                Reply reply = printed(acceptance, result);
                boolean sendsRows =
                        reply.body().isPresent() && !request.method().equals("HEAD");
                Optional<String> reduced = acceptance.format().representation() instanceof Explained how
                        ? PlanView.reduced(
                                how,
                                execution.estimate(),
                                rows.toString(StandardCharsets.UTF_8),
                                schema,
                                request.role())
                        : Optional.empty();
                times.end("response");
                if (sendsRows && reduced.isPresent()) {
                    write(new Reply(reply.status(), reply.headers(), reduced.map(ResponseBodies::text)));
                } else if (sendsRows) {
                    rows.retain();
                    write(reply);
                } else {
                    write(Reply.empty(reply.status(), reply.headers()));
                }
            } catch (RestException e) {
                fail(e.error());
            } catch (RuntimeException e) {
                fail(e);
            } finally {
                rows.release();
            }
        }

        private Reply printed(Acceptance acceptance, Execution.Result result) {
            RestRequest request = acceptance.request();
            MediaTypes.Format format = acceptance.format();
            Optional<RestError> objection = acceptance.objection(result.rows());
            if (objection.isPresent()) throw new RestException(objection.get());
            Reply reply = new ReplyPrinter(request, acceptance.action(), format, result).print();
            Reply whole = settings.etags() ? ConditionalReplies.tagged(reply, format, result) : reply;
            cached.ifPresent(read -> read.keep(whole));
            return settings.etags() ? ConditionalReplies.conditional(whole, request) : whole;
        }

        private void write(Reply reply) {
            var response = context.response();
            if (response.ended() || response.closed()) {
                reply.body().ifPresent(ByteBuf::release);
                return;
            }
            response.setStatusCode(reply.status());
            boolean varies = false;
            for (var header : reply.headers()) {
                varies |= header.getKey().equalsIgnoreCase("Vary");
                response.headers().add(header.getKey(), header.getValue());
            }
            if (!varies) response.headers().add("Vary", "Accept, Prefer, Range");
            cached.ifPresent(read -> response.headers().add("Cache-Status", read.status()));
            if (settings.serverTiming() && caller.isPresent())
                response.headers().add("Server-Timing", times.header());
            ResponseBodies.end(response, reply.body());
        }

        void fail(Throwable cause) {
            fail(error(cause, asked));
        }

        private RestError error(Throwable cause, Optional<Asked> asked) {
            return switch (cause) {
                case DatabaseException e ->
                    new RestError.DatabaseFailed(
                            new HiddenNames(schema, role(), asked).removed(e.failure()), authenticated());
                case RestException e -> e.error();
                case QueryException e -> new RestError.DoesNotFit(e.error(), role());
                case ResultTooLarge e -> new RestError.ResultTooLarge(e.maxBytes(), mayHaveWritten());
                case TooCostly e -> new RestError.TooCostly(e.limit());
                case TxFailure e -> new RestError.InStep(error(e.reason(), e.asked()), e.json());
                default -> {
                    LOG.log(Level.ERROR, "request " + requestIds.apply(context) + " failed", cause);
                    yield new RestError.Internal();
                }
            };
        }

        void fail(RestError error) {
            if (error instanceof RestError.DatabaseFailed failed
                    && failed.failure() instanceof DatabaseFailure.Unavailable unavailable) {
                LOG.log(Level.WARNING, "request {0}: {1}", requestIds.apply(context), unavailable.reason());
            }
            ErrorReply reply = ErrorCatalogue.reply(error, schema);
            reply.reason().map(ErrorReply::headerText).ifPresent(context.response()::setStatusMessage);
            boolean head = context.request().method().name().equals("HEAD");
            write(head ? Reply.empty(reply.status(), reply.allHeaders()) : reply.whole(settings.verboseErrors()));
        }

        private boolean mayHaveWritten() {
            String method = context.request().method().name();
            return !method.equals("GET") && !method.equals("HEAD");
        }

        private boolean authenticated() {
            return caller.map(Caller::authenticated).orElse(false);
        }
    }
}
