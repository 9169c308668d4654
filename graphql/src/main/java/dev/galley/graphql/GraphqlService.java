package dev.galley.graphql;

import dev.galley.http.Service;
import dev.galley.postgres.RequestTransaction;
import dev.galley.schema.SchemaCache;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The GraphQL dialect at {@code /graphql/v1}. Its routes come before those of REST, since it answers one call of a function. */
public final class GraphqlService implements Service {
    static final String PATH = "/graphql/v1";

    private static final String RPC_PATH = "/rest/v1/rpc/graphql";
    private static final String RPC_SCHEMA = "graphql_public";

    private final BiFunction<GraphqlSettings, Database, GraphqlHandler> maker;
    private Supplier<GraphqlHandler> next;
    private volatile @Nullable GraphqlHandler handler;

    public GraphqlService(
            GraphqlSettings settings, Database database, RequestTransaction transactions, SchemaCache models) {
        maker = (now, of) -> new GraphqlHandler(now, of, transactions, models);
        next = () -> maker.apply(settings, database);
    }

    /** From the next request on these settings count; those under way keep theirs. */
    public synchronized void reconfigure(GraphqlSettings settings, Database database) {
        next = () -> maker.apply(settings, database);
        handler = null;
    }

    /** Made when it is asked for first: its libraries would take time and memory of every start. */
    private synchronized GraphqlHandler made() {
        GraphqlHandler known = handler;
        if (known == null) {
            handler = known = next.get();
        }
        return known;
    }

    private GraphqlHandler current() {
        GraphqlHandler known = handler;
        return known == null ? made() : known;
    }

    /** What clients know as the function {@code graphql_public.graphql}; other functions of that name are not ours. */
    private void call(RoutingContext context) {
        if (RPC_SCHEMA.equals(context.request().getHeader("Content-Profile"))) {
            current().handle(context);
        } else {
            context.next();
        }
    }

    @Override
    public String name() {
        return "graphql";
    }

    @Override
    public void routes(Router router) {
        router.route(PATH).handler(context -> current().handle(context));
        router.post(RPC_PATH).handler(this::call);
        router.get(Graphiql.PATH).handler(context -> current().file(context));
    }

    @Override
    public Health health() {
        return new Up();
    }
}
