package dev.galley.graphql;

import dev.galley.identity.Caller;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.schema.SchemaModel;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * A request and what is known of it before its document is looked at.
 *
 * @param settings what the database is told of the caller
 */
record Prepared(
        RoutingContext context,
        AnswerType type,
        Caller caller,
        SchemaModel model,
        List<LocalSetting> settings,
        GraphqlRequest request) {

    Replies replies() {
        return new Replies(type);
    }
}
