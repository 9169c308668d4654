package dev.galley.graphql;

import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * The settings of the GraphQL service.
 *
 * @param introspection whether a schema may be asked for without a comment that says so
 * @param maxTokens of one document
 * @param maxDepth of selections
 * @param maxFields after fragments are unfolded
 * @param maxRoots fields of the query or mutation itself
 * @param maxBody bytes of a request
 * @param maxResponse bytes of an answer
 * @param schemaCache schemas that are kept, one for each role and model
 * @param planCache plans and documents that are kept
 */
public record GraphqlSettings(
        boolean introspection,
        int maxTokens,
        int maxDepth,
        int maxFields,
        int maxRoots,
        long maxBody,
        int maxResponse,
        int schemaCache,
        int planCache,
        Duration timeout) {

    public static GraphqlSettings from(SettingsReader settings) {
        return new GraphqlSettings(
                settings.flag(
                        "graphql.introspection",
                        false,
                        "Whether clients may ask for the schema although no schema's comment says @graphql({\"introspection\": true})."),
                settings.integer("graphql.max-tokens", 15_000, 100, 1_000_000, "Tokens in one document at most."),
                settings.integer("graphql.max-depth", 40, 1, 200, "How deep selections may nest."),
                settings.integer(
                        "graphql.max-fields",
                        2_000,
                        1,
                        100_000,
                        "Fields of one operation at most, with those of fragments each time they are used."),
                settings.integer(
                        "graphql.max-root-fields", 50, 1, 1_000, "Fields of the query or mutation itself at most."),
                settings.bytes("graphql.max-body", 2 << 20, "The largest request."),
                Math.toIntExact(Math.min(
                        settings.bytes("graphql.max-response", 64 << 20, "The largest answer."),
                        Integer.MAX_VALUE - 16)),
                settings.integer(
                        "graphql.schema-cache-size", 50, 1, 10_000, "Schemas that are remembered, one for each role."),
                settings.integer(
                        "graphql.plan-cache-size", 1_000, 1, 1_000_000, "Documents and plans that are remembered."),
                settings.duration(
                        "graphql.timeout",
                        Duration.ofSeconds(60),
                        "The longest time from a request to its answer; then the work is cancelled."));
    }
}
