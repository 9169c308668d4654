package dev.galley.graphql;

import dev.galley.identity.StrictJson;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request of the protocol <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>.
 *
 * @param query the document's text
 */
record GraphqlRequest(String query, Optional<String> operationName, Map<String, Object> variables) {

    /** @param body a JSON object; a batch is refused */
    static GraphqlRequest ofBody(byte[] body) {
        StrictJson.Parsed parsed = StrictJson.object(body)
                .orElseThrow(() -> bad("The body must be a JSON object with the member \"query\""));
        return of(parsed.object());
    }

    /** @param variables JSON text */
    static GraphqlRequest ofQueryString(
            Optional<String> query, Optional<String> operationName, Optional<String> variables) {
        var object = StrictJson.newObject();
        query.ifPresent(text -> object.put("query", text));
        operationName.ifPresent(text -> object.put("operationName", text));
        variables.ifPresent(text -> object.set(
                "variables",
                StrictJson.object(text.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(() -> bad("variables must be an object"))
                        .object()));
        return of(object);
    }

    private static GraphqlRequest of(JsonNode object) {
        JsonNode query = object.path("query");
        if (!query.isString()) {
            throw bad("The member \"query\" must be a string");
        }
        JsonNode name = object.path("operationName");
        if (!name.isMissingNode() && !name.isNull() && !name.isString()) {
            throw bad("The member \"operationName\" must be a string");
        }
        JsonNode variables = object.path("variables");
        if (!variables.isMissingNode() && !variables.isNull() && !variables.isObject()) {
            throw bad("variables must be an object");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        variables.properties().forEach(each -> values.put(each.getKey(), value(each.getValue())));
        return new GraphqlRequest(
                query.asString(), name.isString() ? Optional.of(name.asString()) : Optional.empty(), values);
    }

    private static GraphqlException bad(String message) {
        return GraphqlError.of(GraphqlError.BAD_REQUEST, message).thrown();
    }

    private static @Nullable Object value(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (node.isObject()) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            node.properties().forEach(each -> members.put(each.getKey(), value(each.getValue())));
            return members;
        }
        if (node.isArray()) {
            List<@Nullable Object> elements = new ArrayList<>();
            node.forEach(each -> elements.add(value(each)));
            return elements;
        }
        if (node.isBoolean()) {
            return node.asBoolean();
        }
        if (node.isIntegralNumber()) {
            BigInteger number = node.bigIntegerValue();
            return number.bitLength() < Integer.SIZE ? (Object) number.intValue() : number;
        }
        return node.isNumber() ? node.decimalValue() : node.asString();
    }
}
