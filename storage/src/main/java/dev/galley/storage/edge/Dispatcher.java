package dev.galley.storage.edge;

import dev.galley.http.ClientGone;
import dev.galley.http.Requests;
import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import dev.galley.identity.Refusal;
import dev.galley.postgres.RequestTransaction;
import dev.galley.schema.SchemaCache;
import dev.galley.storage.backend.DamagedObject;
import dev.galley.storage.database.CallerSettings;
import dev.galley.storage.database.Session;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.error.StorageException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Takes a request off the event loop: finds its route, asks who calls, and has it answered on a virtual thread, so many at a time. A body
 * that a stream endpoint has not read is read and forgotten after the answer, because a client that still writes would not read it.
 */
public final class Dispatcher {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final String SERVICE_ROLE = "service_role";

    private final String prefix;
    private final List<Route> routes;
    private final RequestTransaction transactions;
    private final SchemaCache models;
    private final Limits limits;
    private final Semaphore working;

    /**
     * @param requests answered at a time, transfers included; more are refused
     * @param json bytes of a JSON body
     * @param statement the longest time of a transaction
     */
    public record Limits(int requests, long json, Duration statement, Duration transfer) {}

    public Dispatcher(
            String prefix, List<Route> routes, RequestTransaction transactions, SchemaCache models, Limits limits) {
        this.prefix = prefix;
        this.routes = List.copyOf(routes);
        this.transactions = transactions;
        this.models = models;
        this.limits = limits;
        this.working = new Semaphore(limits.requests());
    }

    /** How many requests are under way. */
    public int busy() {
        return limits.requests() - working.availablePermits();
    }

    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        Target target = Target.of(path(request), prefix);
        for (Route route : routes) {
            if (route.method().equals(request.method())) {
                Optional<Target.Names> names = target.match(route.pattern());
                if (names.isPresent()) {
                    admit(context, route, names.get());
                    return;
                }
            }
        }
        refuse(context, StorageError.notFound(request.method() + ":" + path(request)));
    }

    private static String path(HttpServerRequest request) {
        return java.util.Objects.requireNonNull(request.path(), "the edge lets no request without a path pass");
    }

    private void admit(RoutingContext context, Route route, Target.Names names) {
        switch (route.body()) {
            case NONE -> start(context, route, names, JsonBody.empty(), InputStream.nullInputStream());
            case JSON -> {
                Requests.bodyLimit(context, limits.json());
                context.request()
                        .body()
                        .onSuccess(body -> parsed(context, route, names, body))
                        .onFailure(broken -> LOG.log(Level.DEBUG, "request body not read", broken));
            }
            case STREAM -> {
                Requests.bodyLimit(context, Long.MAX_VALUE);
                start(
                        context,
                        route,
                        names,
                        JsonBody.empty(),
                        new BodyStream(context.request(), context.vertx().getOrCreateContext()));
            }
        }
    }

    private void parsed(RoutingContext context, Route route, Target.Names names, Buffer body) {
        try {
            start(context, route, names, JsonBody.parse(body.getBytes()), InputStream.nullInputStream());
        } catch (StorageException refused) {
            refuse(context, refused.error());
        }
    }

    private void start(RoutingContext context, Route route, Target.Names names, JsonBody json, InputStream body) {
        Identified caller = Requests.identified(context);
        Optional<StorageError> refusal = refusal(route, caller);
        if (refusal.isPresent() || !working.tryAcquire()) {
            refuse(context, refusal.orElseGet(() -> StorageError.slowDown(Duration.ofSeconds(1))));
            forget(body);
            return;
        }
        // A transfer takes as long as the client takes; the edge sees to it that it goes on.
        Requests.longLived(context);
        Context loop = context.vertx().getOrCreateContext();
        Session session = new Session(
                transactions,
                loop,
                new CallerSettings(context.request(), path(context.request()), route.operation(), models.current()),
                caller instanceof Caller known ? Optional.of(known) : Optional.empty(),
                limits.statement());
        StorageRequest request = new StorageRequest(
                context.request().method().name(),
                path(context.request()),
                names.bucket(),
                names.key(),
                context.queryParams(),
                context.request().headers(),
                caller,
                session,
                json,
                body);
        Thread worker = Thread.ofVirtual().name("storage").unstarted(() -> {
            try {
                answer(context, route, request, loop);
            } finally {
                working.release();
                loop.runOnContext(_ -> forget(body));
            }
        });
        ClientGone.onClosed(context, session::clientGone);
        long timer = context.vertx().setTimer(limits.transfer().toMillis(), _ -> worker.interrupt());
        context.addEndHandler(_ -> context.vertx().cancelTimer(timer));
        worker.start();
    }

    private static void forget(InputStream body) {
        if (body instanceof BodyStream stream) {
            stream.discard();
        }
    }

    private static Optional<StorageError> refusal(Route route, Identified caller) {
        return switch (caller) {
            case Caller known ->
                route.access() == Route.Access.SERVICE && !known.role().equals(SERVICE_ROLE)
                        ? Optional.of(StorageError.accessDenied("Access denied: Invalid role")
                                .plain())
                        : Optional.empty();
            case Refusal why ->
                route.access() == Route.Access.OPEN
                        ? Optional.empty()
                        : Optional.of(StorageError.accessDenied(Refusals.text(why)));
        };
    }

    private static void answer(RoutingContext context, Route route, StorageRequest request, Context loop) {
        try {
            ReplyPrinter.send(reply(context, route, request), context.request(), loop);
        } catch (ReplyPrinter.ClientGoneException | BodyStream.ClientStopped gone) {
            LOG.log(Level.DEBUG, "a client went away", gone);
        } catch (IOException | RuntimeException failure) {
            LOG.log(Level.ERROR, "request " + Requests.id(context) + " failed while it was answered", failure);
            loop.runOnContext(_ -> refuse(context, StorageError.internal()));
        }
    }

    private static Reply reply(RoutingContext context, Route route, StorageRequest request)
            throws BodyStream.ClientStopped {
        try {
            return route.endpoint().answer(request);
        } catch (StorageException refused) {
            return ErrorPrinter.reply(refused.error());
        } catch (BodyStream.ClientStopped gone) {
            throw gone;
        } catch (DamagedObject damaged) {
            LOG.log(Level.ERROR, "request {0}: {1}", Requests.id(context), damaged.getMessage());
            return ErrorPrinter.reply(StorageError.internal());
        } catch (IOException | RuntimeException failure) {
            LOG.log(Level.ERROR, "request " + Requests.id(context) + " failed", failure);
            return ErrorPrinter.reply(StorageError.internal());
        }
    }

    private static void refuse(RoutingContext context, StorageError error) {
        if (ErrorPrinter.reply(error) instanceof Reply.Text text) {
            ReplyPrinter.text(text, context.response());
        }
    }
}
