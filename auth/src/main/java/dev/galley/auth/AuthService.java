package dev.galley.auth;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.AuditSeal;
import dev.galley.auth.audit.AuditJob;
import dev.galley.auth.cleanup.CleanUp;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint.Access;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.edge.ReplyPrinter;
import dev.galley.auth.edge.Route;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Callers;
import dev.galley.auth.hook.Hooks;
import dev.galley.auth.mail.MailRoom;
import dev.galley.http.Requests;
import dev.galley.http.Service;
import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Sign-in at {@code /auth/v1}: takes requests off the event loop and answers them on virtual threads, so many at a time. */
public final class AuthService implements Service {
    static final String PREFIX = "/auth/v1";
    private static final System.Logger LOG = System.getLogger(AuthService.class.getName());

    private final AuthSettings settings;
    private final List<Route> endpoints;
    private final Semaphore working;
    private final AutoCloseable parts;
    private final MailRoom mailRoom;
    private final CleanUp cleanUp;
    private final AuditSeal seal;
    private final AuditJob audit;

    /**
     * @param endpoints see {@link AuthRoutes}
     * @param parts closed when the service stops
     * @param mailRoom started and stopped with it
     */
    AuthService(
            AuthSettings settings,
            List<Route> endpoints,
            AutoCloseable parts,
            MailRoom mailRoom,
            CleanUp cleanUp,
            AuditSeal seal,
            AuditJob audit) {
        this.settings = settings;
        this.endpoints = List.copyOf(endpoints);
        this.working = new Semaphore(settings.maxRequests());
        this.parts = parts;
        this.mailRoom = mailRoom;
        this.cleanUp = cleanUp;
        this.seal = seal;
        this.audit = audit;
    }

    @Override
    public String name() {
        return "auth";
    }

    @Override
    public void routes(Router router) {
        for (Route route : endpoints) {
            router.route(route.method(), route.mounted(PREFIX)).handler(context -> handle(context, route));
        }
    }

    private void handle(RoutingContext context, Route route) {
        Requests.bodyLimit(
                context,
                settings.maxBody(),
                _ -> print(
                        context,
                        AuthError.of(
                                413,
                                ErrorCode.REQUEST_ENTITY_TOO_LARGE,
                                "The request body exceeds " + settings.maxBody() + " bytes")));
        // The whole body first: what is refused before would leave the client writing.
        context.request().body().onSuccess(body -> admit(context, route, body)).onFailure(context::fail);
    }

    private void admit(RoutingContext context, Route route, Buffer body) {
        if (!working.tryAcquire()) {
            print(
                    context,
                    AuthError.tooOften(
                            ErrorCode.OVER_REQUEST_RATE_LIMIT,
                            "Too many requests at this moment",
                            Duration.ofSeconds(1)));
            return;
        }
        AuthRequest request;
        try {
            request = request(context, body, caller(context, route.access()));
        } catch (AuthException refused) {
            working.release();
            print(context, refused.error());
            return;
        }
        Context loop = context.vertx().getOrCreateContext();
        Thread worker = Thread.ofVirtual().name("auth").unstarted(() -> {
            Reply reply;
            try {
                reply = Audit.sealed(
                        seal,
                        audit::written,
                        () -> Hooks.forClient(request.clientAddress(), () -> answer(route, request)));
            } finally {
                working.release();
            }
            loop.runOnContext(_ -> ReplyPrinter.print(reply, context.response()));
        });
        long timer = context.vertx()
                .setTimer(Math.max(1, settings.requestTimeout().toMillis()), _ -> giveUp(context, worker));
        context.addEndHandler(_ -> context.vertx().cancelTimer(timer));
        worker.start();
    }

    private static void giveUp(RoutingContext context, Thread worker) {
        if (!context.response().ended()) {
            print(
                    context,
                    AuthError.of(
                            504,
                            ErrorCode.REQUEST_TIMEOUT,
                            "Processing this request timed out, please retry after a moment."));
            worker.interrupt();
        }
    }

    /** An API key opens most doors; whose token comes beside it the endpoint asks itself. */
    private static Identified caller(RoutingContext context, Access access) {
        Identified caller = Requests.identified(context);
        boolean known = switch (access) {
            case PUBLIC, USER -> true;
            case KEY -> caller instanceof Caller || Requests.identifiedByKeyAlone(context) instanceof Caller;
            case ADMIN -> true;
        };
        if (!known) {
            throw AuthError.of(401, ErrorCode.NO_AUTHORIZATION, "No API key found in request")
                    .thrown();
        }
        return caller;
    }

    private static AuthRequest request(RoutingContext context, Buffer body, Identified caller) {
        return new AuthRequest(
                context.request().method().name(),
                Map.copyOf(context.pathParams()),
                context.queryParams(),
                headers(context.request()),
                body,
                caller,
                Requests.clientAddress(context),
                Requests.id(context));
    }

    /** With HTTP/2 the host does not stand among the headers. */
    private static MultiMap headers(HttpServerRequest request) {
        MultiMap headers = request.headers();
        HostAndPort authority = request.authority();
        return headers.contains(HttpHeaders.HOST) || authority == null
                ? headers
                : MultiMap.caseInsensitiveMultiMap().addAll(headers).set(HttpHeaders.HOST, authority.toString());
    }

    private Reply answer(Route route, AuthRequest request) {
        try {
            if (route.access() == Access.ADMIN) {
                Callers.requireAdmin(request);
            }
            return route.endpoint().answer(request);
        } catch (AuthException refused) {
            return printed(request, refused.error());
        } catch (SQLTransientConnectionException away) {
            LOG.log(Level.WARNING, "request {0}: the database cannot be reached", request.id());
            return printed(request, unavailable());
        } catch (SQLException failure) {
            if (Optional.ofNullable(failure.getSQLState()).orElse("").startsWith("08")) {
                LOG.log(Level.WARNING, "request {0}: the connection to the database was lost", request.id());
                return printed(request, unavailable());
            }
            LOG.log(Level.ERROR, "request " + request.id() + " failed in the database", failure);
            return printed(request, AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, "Database error"));
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "request " + request.id() + " failed", failure);
            return printed(request, AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, "Internal Server Error"));
        }
    }

    private static AuthError unavailable() {
        return new AuthError(
                503,
                ErrorCode.UNEXPECTED_FAILURE,
                "The database cannot be reached",
                List.of(),
                Optional.of(Duration.ofSeconds(1)));
    }

    private static Reply printed(AuthRequest request, AuthError error) {
        return ReplyPrinter.reply(
                error, request.header(ReplyPrinter.API_VERSION).orElse(""), request.id());
    }

    private static void print(RoutingContext context, AuthError error) {
        String version = Optional.ofNullable(context.request().getHeader(ReplyPrinter.API_VERSION))
                .orElse("");
        ReplyPrinter.print(ReplyPrinter.reply(error, version, Requests.id(context)), context.response());
    }

    @Override
    public Future<Void> start() {
        cleanUp.start();
        audit.start();
        return mailRoom.start();
    }

    @Override
    public Future<Void> stop() {
        cleanUp.close();
        audit.close();
        try {
            parts.close();
            return mailRoom.stop();
        } catch (Exception e) {
            return mailRoom.stop().transform(_ -> Future.failedFuture(e));
        }
    }

    /** Where the developer reads the mails that users would get; empty where they are really sent, or nowhere. */
    public Optional<String> mailboxUrl() {
        return mailRoom.mailboxUrl();
    }

    @Override
    public Health health() {
        return new Up();
    }
}
