package dev.galley.rest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One step as it was written.
 *
 * @param name empty for none
 * @param path of the relation or function, beginning with a slash
 * @param query the parameters that stand in the path and those that are plain text
 * @param conditions filters whose values are data: they may hold references
 * @param schema another than that of the whole request
 * @param uses the numbers of the steps that its references name
 */
record TxStep(
        int index,
        String name,
        String method,
        String path,
        QueryString query,
        List<Condition> conditions,
        Optional<String> prefer,
        MediaTypes.Format format,
        Optional<String> schema,
        Optional<JsonNode> body,
        Optional<Expectation> expectation,
        Set<Integer> uses) {

    /** A filter {@code "id": {"eq": ...}}. */
    record Condition(String column, String operator, JsonNode value) {}

    /** How many rows the step must have. */
    record Expectation(long least, long most) {
        boolean holds(long rows) {
            return rows >= least && rows <= most;
        }

        @Override
        public String toString() {
            if (least == most) return Long.toString(least);
            return most == Long.MAX_VALUE ? "at least " + least : least + " to " + most;
        }
    }

    boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
