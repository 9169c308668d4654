package dev.galley.graphql;

import dev.galley.http.Service;
import dev.galley.postgres.RequestTransaction;
import dev.galley.schema.SchemaCache;
import io.vertx.ext.web.Router;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The GraphQL dialect at {@code /graphql/v1}. */
public final class GraphqlService implements Service {
    static final String PATH = "/graphql/v1";

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

    @Override
    public String name() {
        return "graphql";
    }

    @Override
    public void routes(Router router) {
        router.route(PATH).handler(context -> current().handle(context));
        router.get(Graphiql.PATH).handler(context -> current().file(context));
    }

    @Override
    public Health health() {
        return new Up();
    }
}
