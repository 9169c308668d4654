package dev.galley.graphql;

import dev.galley.settings.SettingsReader;

/**
 * How large requests and answers may be.
 *
 * @param tokens of one document
 * @param depth of selections
 * @param fields after fragments are unfolded
 * @param roots fields of the query or mutation itself
 * @param aliases in one document
 * @param directives in one document
 * @param overlaps pairs of selections that ask for the same key at the same place
 * @param variables values in the variables, inner ones too
 * @param rows of all pages together, if all were full
 * @param body bytes of a request
 * @param response bytes of an answer
 */
record GraphqlLimits(
        int tokens,
        int depth,
        int fields,
        int roots,
        int aliases,
        int directives,
        int overlaps,
        int variables,
        int rows,
        long body,
        int response) {

    static GraphqlLimits from(SettingsReader settings) {
        return new GraphqlLimits(
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
                settings.integer("graphql.max-aliases", 500, 0, 100_000, "Aliases in one document at most."),
                settings.integer("graphql.max-directives", 200, 0, 100_000, "Directives in one document at most."),
                settings.integer(
                        "graphql.max-overlaps",
                        5_000,
                        0,
                        1_000_000,
                        "Pairs of selections in one document that ask for the same key at the same place, at most:"
                                + " each pair is compared."),
                settings.integer(
                        "graphql.max-variables",
                        50_000,
                        1,
                        10_000_000,
                        "Values in the variables of a request at most, those inside of others too."),
                settings.integer(
                        "graphql.max-rows",
                        1_000_000,
                        1,
                        Integer.MAX_VALUE,
                        "Rows of one operation at most if all pages were full: the sizes of pages multiplied down the tree."),
                settings.bytes("graphql.max-body", 2 << 20, "The largest request."),
                Math.toIntExact(Math.min(
                        settings.bytes("graphql.max-response", 64 << 20, "The largest answer."),
                        Integer.MAX_VALUE - 16)));
    }
}
