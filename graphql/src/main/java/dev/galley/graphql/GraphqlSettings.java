package dev.galley.graphql;

import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of the GraphQL service.
 *
 * @param introspection whether a schema may be asked for without a comment that says so
 * @param anonymousIntrospection whether callers without a token of their own may ask for it too
 * @param graphiql whether browsers get a page to try queries on
 * @param schemaCache schemas that are kept, one for each role and model
 * @param planCache plans and documents that are kept
 * @param persisted bytes of documents that clients may name by their hash; 0 for none
 * @param maxAge how long a client may use the answer to a GET without asking again
 * @param extensions that all schemas have, whatever their comments say
 */
public record GraphqlSettings(
        GraphqlLimits limits,
        boolean introspection,
        boolean anonymousIntrospection,
        boolean graphiql,
        int schemaCache,
        int planCache,
        long persisted,
        Duration maxAge,
        Duration timeout,
        Set<Extension> extensions) {

    public static GraphqlSettings from(SettingsReader settings) {
        return new GraphqlSettings(
                GraphqlLimits.from(settings),
                settings.flag(
                        "graphql.introspection",
                        false,
                        "Whether clients may ask for the schema although no schema's comment says"
                                + " @graphql({\"introspection\": true}). `galley dev` sets true."),
                settings.flag(
                        "graphql.anonymous-introspection",
                        false,
                        "Whether callers without a token of their own may ask for the schema too, where others may."
                                + " `galley dev` sets true."),
                settings.flag(
                        "graphql.graphiql",
                        false,
                        "Whether a browser that opens the API's address gets GraphiQL, a page to try queries on."
                                + " `galley dev` sets true."),
                settings.integer(
                        "graphql.schema-cache-size",
                        50,
                        1,
                        10_000,
                        "Schemas of up to 200 tables that are remembered, one for each role; larger ones count as several."),
                settings.integer(
                        "graphql.plan-cache-size",
                        1_000,
                        1,
                        1_000_000,
                        "Documents and plans of usual length that are remembered."),
                settings.bytes(
                        "graphql.persisted-queries",
                        8 << 20,
                        "Documents that clients have sent with their hash, and may then name by it alone, up to this size"
                                + " together; 0 turns automatic persisted queries off."),
                settings.duration(
                        "graphql.max-age",
                        Duration.ZERO,
                        "How long clients may use the answer to a GET without asking again (Cache-Control: max-age)."),
                settings.duration(
                        "graphql.timeout",
                        Duration.ofSeconds(60),
                        "The longest time from a request to its answer; then the work is cancelled."),
                Extension.required(settings.list(
                        "graphql.extensions",
                        List.of(),
                        "What all schemas have beyond pg_graphql, whatever their comments say: all, or some of "
                                + Extension.texts() + ".")));
    }
}
