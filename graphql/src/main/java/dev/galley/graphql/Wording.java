package dev.galley.graphql;

import graphql.validation.ValidationError;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is not valid, in the words that pg_graphql has for it; where it has none, in graphql-java's. */
record Wording(RoleSchema schema) {
    private static final Pattern UNKNOWN_FIELD = Pattern.compile("Field '([^']+)' in type '([^']+)' is undefined");
    private static final Pattern UNKNOWN_ARGUMENT = Pattern.compile("Unknown field argument '([^']+)'");

    /** By the endings of the types that a table has. */
    private static final Map<String, String> PLACES = Map.of(
            "Connection", "connection",
            "Edge", "edge",
            "InsertResponse", "insert",
            "UpdateResponse", "update",
            "DeleteResponse", "delete");

    String of(ValidationError error) {
        String message = String.valueOf(error.getMessage());
        Matcher field = UNKNOWN_FIELD.matcher(message);
        if (field.find()) {
            return unknown(field.group(1), field.group(2));
        }
        Matcher argument = UNKNOWN_ARGUMENT.matcher(message);
        return argument.find() ? "Input contains extra keys [\"" + argument.group(1) + "\"]" : message;
    }

    private String unknown(String field, String type) {
        if (schema.tables().containsKey(type)) {
            return "Unknown field '" + field + "' on type '" + type + "'";
        }
        if (type.equals("PageInfo")) {
            return "unknown field in pageInfo";
        }
        if (type.endsWith("AggregateResult")) {
            return "Unknown or invalid field \"" + field + "\" selected on type \"" + type + "\"";
        }
        if (isOfTable(type, "Aggregate")) {
            return "Unknown field \"" + field + "\" selected on type \"" + type + "\"";
        }
        if (isOfTable(type, "Connection") && field.equals("aggregate")) {
            return "enable the aggregate directive to use aggregates";
        }
        Optional<String> place = PLACES.entrySet().stream()
                .filter(each -> isOfTable(type, each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
        return place.map(name -> "unknown field in " + name).orElse("Unknown field \"" + field + "\" on type " + type);
    }

    private boolean isOfTable(String type, String ending) {
        return type.endsWith(ending) && schema.tables().containsKey(type.substring(0, type.length() - ending.length()));
    }
}
