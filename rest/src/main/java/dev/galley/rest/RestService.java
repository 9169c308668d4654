package dev.galley.rest;

import dev.galley.http.Meters;
import dev.galley.http.Requests;
import dev.galley.http.Service;
import dev.galley.identity.Identified;
import dev.galley.postgres.RequestTransaction;
import dev.galley.query.Planner;
import dev.galley.schema.SchemaCache;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The REST dialect: {@code /rest/v1/<relation>} and {@code /rest/v1/rpc/<function>}, as PostgREST's clients speak it. */
public final class RestService implements Service {
    static final String PREFIX = "/rest/v1";

    private final CacheCounts cacheCounts = new CacheCounts();
    private final Function<Planned, RestHandler> handlers;
    private volatile RestHandler handler;

    /** What may change while the service runs. */
    private record Planned(RestSettings settings, Planner planner) {}

    public RestService(RestSettings settings, Planner planner, RequestTransaction transactions, SchemaCache schemas) {
        this(settings, planner, transactions, schemas, Requests::identified, Requests::id);
    }

    RestService(
            RestSettings settings,
            Planner planner,
            RequestTransaction transactions,
            SchemaCache schemas,
            Function<RoutingContext, Identified> callers,
            Function<RoutingContext, String> requestIds) {
        handlers = planned -> new RestHandler(
                planned.settings(),
                planned.planner(),
                planned.settings().cost().around(transactions),
                schemas,
                cacheCounts,
                callers,
                requestIds);
        handler = handlers.apply(new Planned(settings, planner));
    }

    /** From the next request on these settings count; those under way keep theirs. */
    public void reconfigure(RestSettings settings, Planner planner) {
        handler = handlers.apply(new Planned(settings, planner));
    }

    private void handle(RoutingContext context) {
        handler.handle(context);
    }

    /** The transaction settings that most requests of this service ask for. */
    public static Map<String, String> usualSettings(RestSettings settings) {
        return TransactionSettings.usual(settings);
    }

    @Override
    public String name() {
        return "rest";
    }

    @Override
    public void routes(Router router) {
        router.route(PREFIX).handler(this::handle);
        router.route(PREFIX + "/*").handler(this::handle);
    }

    @Override
    public void metrics(Meters meters) {
        cacheCounts.register(meters);
    }

    @Override
    public Health health() {
        return new Up();
    }

    static String pathBehindPrefix(@Nullable String path) {
        return path != null && path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
    }
}
