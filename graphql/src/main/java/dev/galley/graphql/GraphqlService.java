package dev.galley.graphql;

import dev.galley.http.Service;
import dev.galley.postgres.RequestTransaction;
import dev.galley.schema.SchemaCache;
import io.vertx.ext.web.Router;
import java.util.List;

/** The GraphQL dialect at {@code /graphql/v1}. */
public final class GraphqlService implements Service {
    static final String PATH = "/graphql/v1";

    private final GraphqlHandler handler;

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
        handler = new GraphqlHandler(settings, schemas, extraSearchPath, transactions, models);
    }

    @Override
    public String name() {
        return "graphql";
    }

    @Override
    public void routes(Router router) {
        router.route(PATH).handler(handler::handle);
    }

    @Override
    public Health health() {
        return new Up();
    }
}
