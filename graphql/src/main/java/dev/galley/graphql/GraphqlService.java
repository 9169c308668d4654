package dev.galley.graphql;

import dev.galley.http.Service;
import dev.galley.postgres.RequestTransaction;
import dev.galley.schema.SchemaCache;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The GraphQL dialect at {@code /graphql/v1}. */
public final class GraphqlService implements Service {
    static final String PATH = "/graphql/v1";

    private final Supplier<GraphqlHandler> maker;
    private volatile @Nullable GraphqlHandler handler;

    /**
     * @param schemas of the database that are shown
     * @param extraSearchPath schemas whose types and functions may be used besides
     */
    public GraphqlService(
            GraphqlSettings settings,
            List<String> schemas,
            List<String> extraSearchPath,
            RequestTransaction transactions,
            SchemaCache models) {
        maker = () -> new GraphqlHandler(settings, schemas, extraSearchPath, transactions, models);
    }

    /** Made when it is asked for first: its libraries would take time and memory of every start. */
    private synchronized GraphqlHandler made() {
        GraphqlHandler known = handler;
        if (known == null) {
            handler = known = maker.get();
        }
        return known;
    }

    private void handle(RoutingContext context) {
        GraphqlHandler known = handler;
        (known == null ? made() : known).handle(context);
    }

    @Override
    public String name() {
        return "graphql";
    }

    @Override
    public void routes(Router router) {
        router.route(PATH).handler(this::handle);
    }

    @Override
    public Health health() {
        return new Up();
    }
}
