package dev.galley.graphql;

import graphql.normalized.ExecutableNormalizedField;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What is asked about the schema itself, and whether that is allowed. */
final class Introspection {
    private static final String SCHEMA = "__schema";
    private static final String TYPE = "__type";

    /** Types lead to fields and fields to types: without a bound a short question has an answer without end. */
    private static final int INSIDE_ITSELF = 2;

    private static final Set<String> LISTS = Set.of("types", "fields", "inputFields", "interfaces", "possibleTypes");

    private Introspection() {}

    static boolean isAbout(ExecutableNormalizedField field) {
        return field.getFieldName().equals(SCHEMA) || field.getFieldName().equals(TYPE);
    }

    static GraphqlError refused(ExecutableNormalizedField field) {
        return GraphqlError.of(
                GraphqlError.VALIDATION_FAILED,
                "Unknown field \"" + field.getFieldName() + "\" on type " + SchemaMaker.QUERY);
    }

    /**
     * Answers with JSON; may take long, so it is no work for an event loop.
     *
     * @param limit bytes of an answer at most
     */
    static byte[] answer(RoleSchema schema, ExecutableNormalizedField asked, int limit) {
        requireEnd(asked, Map.of());
        SchemaPrinter printer = new SchemaPrinter(schema.introspected().orElseThrow(), schema.hiddenTypes(), limit);
        return asked.getFieldName().equals(SCHEMA)
                ? printer.schema(asked.getChildren())
                : printer.type(String.valueOf(asked.getResolvedArguments().get("name")), asked.getChildren());
    }

    /** @param around how often each list is asked for around the field */
    private static void requireEnd(ExecutableNormalizedField field, Map<String, Integer> around) {
        Map<String, Integer> now = around;
        if (LISTS.contains(field.getFieldName())) {
            now = new HashMap<>(around);
            if (now.merge(field.getFieldName(), 1, Integer::sum) > INSIDE_ITSELF + 1) {
                throw GraphqlError.of(
                                GraphqlError.TOO_COMPLEX,
                                "\"" + field.getFieldName() + "\" is asked for inside itself more than " + INSIDE_ITSELF
                                        + " times")
                        .thrown();
            }
        }
        for (ExecutableNormalizedField child : field.getChildren()) {
            requireEnd(child, now);
        }
    }
}
