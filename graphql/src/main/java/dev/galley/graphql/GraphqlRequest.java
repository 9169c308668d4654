package dev.galley.graphql;

import dev.galley.identity.StrictJson;
import io.vertx.core.MultiMap;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request of the protocol <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>.
 *
 * @param query the document's text; empty when only its hash is given
 * @param given the variables as JSON
 * @param hash of the document, where it is to be kept or found by it
 */
record GraphqlRequest(
        Optional<String> query,
        Optional<String> operationName,
        Map<String, Object> variables,
        String given,
        Optional<String> hash) {
    private static final int BAD_REQUEST = 400;
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** @param body a JSON object; a batch is refused */
    static GraphqlRequest ofBody(byte[] body, GraphqlLimits limits) {
        if (JsonCount.isArray(body)) {
            throw bad("Batches of operations are not taken: send each in a request of its own");
        }
        requireFew(body, limits);
        StrictJson.Parsed parsed = StrictJson.object(body)
                .orElseThrow(() -> bad("The body must be a JSON object with the member \"query\""));
        return of(parsed.object());
    }

    /** @param parameters {@code query}, {@code operationName} and, as JSON, {@code variables} and {@code extensions} */
    static GraphqlRequest ofParameters(MultiMap parameters, GraphqlLimits limits) {
        var object = StrictJson.newObject();
        for (String name : List.of("query", "operationName")) {
            if (parameters.contains(name)) {
                object.put(name, parameters.get(name));
            }
        }
        for (String name : List.of("variables", "extensions")) {
            String text = parameters.get(name);
            if (text != null && !text.isEmpty()) {
                byte[] json = text.getBytes(StandardCharsets.UTF_8);
                requireFew(json, limits);
                object.set(
                        name,
                        StrictJson.object(json)
                                .orElseThrow(() -> bad(name + " must be an object"))
                                .object());
            }
        }
        return of(object);
    }

    private static void requireFew(byte[] json, GraphqlLimits limits) {
        if (JsonCount.exceeds(json, limits.variables())) {
            throw GraphqlError.of(
                            GraphqlError.TOO_COMPLEX, "The request has more than " + limits.variables() + " values")
                    .thrown();
        }
    }

    private static GraphqlRequest of(JsonNode object) {
        JsonNode query = object.path("query");
        Optional<String> hash = hash(object.path("extensions"));
        if (!query.isString() && (hash.isEmpty() || !isNothing(query))) {
            throw bad("The member \"query\" must be a string");
        }
        JsonNode name = object.path("operationName");
        if (!isNothing(name) && !name.isString()) {
            throw bad("The member \"operationName\" must be a string");
        }
        JsonNode variables = object.path("variables");
        if (!isNothing(variables) && !variables.isObject()) {
            throw bad("variables must be an object");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        variables.properties().forEach(each -> values.put(each.getKey(), value(each.getValue())));
        return new GraphqlRequest(text(query), text(name).filter(it -> !it.isEmpty()), values, given(variables), hash);
    }

    private static String given(JsonNode variables) {
        return variables.isObject() ? StrictJson.write(variables) : "{}";
    }

    private static Optional<String> text(JsonNode node) {
        return node.isString() ? Optional.of(node.asString()) : Optional.empty();
    }

    private static boolean isNothing(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static Optional<String> hash(JsonNode extensions) {
        if (!isNothing(extensions) && !extensions.isObject()) {
            throw bad("extensions must be an object");
        }
        JsonNode persisted = extensions.path("persistedQuery");
        if (isNothing(persisted)) {
            return Optional.empty();
        }
        if (!persisted.path("version").isIntegralNumber()
                || persisted.path("version").asInt() != 1) {
            throw bad("Unsupported persisted query version");
        }
        return Optional.of(text(persisted.path("sha256Hash"))
                .filter(it -> SHA_256.matcher(it).matches())
                .orElseThrow(() -> bad("sha256Hash must be 64 hexadecimal digits")));
    }

    /** The document of a request that is complete. */
    String text() {
        return query.orElseThrow();
    }

    GraphqlRequest with(String text) {
        return new GraphqlRequest(Optional.of(text), operationName, variables, given, hash);
    }

    private static GraphqlException bad(String message) {
        return GraphqlError.request(BAD_REQUEST, message).thrown();
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
