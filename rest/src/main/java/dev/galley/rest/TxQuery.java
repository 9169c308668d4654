package dev.galley.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The parameters of a step: those in its path, and the member {@code query} with the same as an object, in which a filter may also
 * be {@code "id": {"eq": value}}. Such a value is data of any kind and never grammar, so that references may stand there.
 */
record TxQuery(QueryString fixed, List<TxStep.Condition> conditions) {
    private static final Pattern OPERATOR = Pattern.compile("(not\\.)?(?!not)[a-z]+(\\([^()]*\\))?");

    /** Parameters that are no filters: what stands in them is grammar, so nothing is put in there. */
    private static final Set<String> GRAMMAR =
            Set.of("select", "columns", "on_conflict", "and", "or", "order", "limit", "offset", "distinct", "having");

    /** @param raw what stands behind the {@code ?} of the path */
    static TxQuery parse(String raw, JsonNode query) {
        List<QueryString.Parameter> fixed =
                new ArrayList<>(QueryString.parse(raw).parameters());
        List<TxStep.Condition> conditions = new ArrayList<>();
        if (!query.isMissingNode() && !query.isObject()) throw malformed("\"query\" must be an object");
        query.properties().forEach(entry -> {
            JsonNode given = entry.getValue();
            if (given.isContainer() && given.isEmpty()) throw malformed("\"" + entry.getKey() + "\" says nothing");
            for (JsonNode value : given.isArray() ? given : List.of(given)) {
                if (value.isObject()) conditions(entry.getKey(), value, conditions);
                else fixed.add(new QueryString.Parameter(entry.getKey(), text(value)));
            }
        });
        return new TxQuery(new QueryString(List.copyOf(fixed)), List.copyOf(conditions));
    }

    private static String text(JsonNode value) {
        boolean plain = value.isString() || value.isNumber() || value.isBoolean();
        if (!plain) throw malformed("\"query\" has text, numbers, or {operator: value}");
        String text = value.asString();
        if (text.indexOf('\0') >= 0) throw malformed("\"query\" has a NUL character");
        return text;
    }

    private static void conditions(String column, JsonNode value, List<TxStep.Condition> conditions) {
        if (GRAMMAR.contains(column.substring(column.lastIndexOf('.') + 1))) {
            throw malformed("\"" + column + "\" is no column to filter by");
        }
        value.properties().forEach(entry -> {
            String operator = entry.getKey();
            if (!OPERATOR.matcher(operator).matches()) throw malformed("\"" + operator + "\" is no operator");
            conditions.add(new TxStep.Condition(column, operator, entry.getValue()));
        });
    }

    private static RestException malformed(String what) {
        return new TxError.Malformed(what).exception();
    }
}
