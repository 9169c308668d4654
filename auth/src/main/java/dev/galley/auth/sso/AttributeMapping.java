package dev.galley.auth.sso;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.identity.StrictJson;
import dev.galley.saml.Assertion;
import dev.galley.saml.Assertion.Attribute;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which attributes of an assertion become which claims of the user, each with {@code name} or {@code names} (the first that is
 * there counts), {@code default} and {@code array}.
 *
 * @param json {@code {"keys": {"<claim>": {...}}}}
 */
record AttributeMapping(ObjectNode json) {
    private static final int MAX_KEYS = 100;
    private static final int MAX_NAMES = 20;

    /** @throws AuthException when it has another form */
    static AttributeMapping of(ObjectNode json) {
        JsonNode keys = json.path("keys");
        boolean right = (keys.isMissingNode() || keys.isNull() || keys.isObject()) && keys.size() <= MAX_KEYS;
        for (JsonNode mapper : keys) {
            right &= mapper.isObject()
                    && (!mapper.hasNonNull("name") || mapper.path("name").isString())
                    && (!mapper.hasNonNull("array") || mapper.path("array").isBoolean())
                    && isNames(mapper.path("names"));
        }
        if (!right) {
            throw AuthError.invalid("attribute_mapping must hold keys, each an object with name, names, default, array")
                    .thrown();
        }
        return new AttributeMapping(json);
    }

    private static boolean isNames(JsonNode names) {
        return names.isMissingNode()
                || names.isNull()
                || (names.isArray()
                        && names.size() <= MAX_NAMES
                        && names.valueStream().allMatch(JsonNode::isString));
    }

    /** The claims that it makes of an assertion. */
    ObjectNode claims(Assertion assertion) {
        ObjectNode claims = StrictJson.newObject();
        json.path("keys").properties().forEach(entry -> {
            JsonNode mapper = entry.getValue();
            List<String> values = names(mapper).stream()
                    .map(name -> values(assertion, name))
                    .filter(some -> !some.isEmpty())
                    .findFirst()
                    .orElse(List.of());
            if (values.isEmpty()) {
                if (mapper.hasNonNull("default")) {
                    claims.set(entry.getKey(), mapper.path("default"));
                }
            } else if (mapper.path("array").asBoolean(false)) {
                ArrayNode array = claims.putArray(entry.getKey());
                values.forEach(array::add);
            } else {
                claims.put(entry.getKey(), values.getFirst());
            }
        });
        return claims;
    }

    private static List<String> names(JsonNode mapper) {
        List<String> names = new ArrayList<>();
        mapper.path("name").stringValueOpt().filter(name -> !name.isEmpty()).ifPresent(names::add);
        mapper.path("names").forEach(name -> names.add(name.asString("")));
        return names;
    }

    /** What an attribute with this name, or this friendly name, says; without the empty values. */
    static List<String> values(Assertion assertion, String name) {
        return assertion.attributes().stream()
                .filter(attribute -> isCalled(attribute, name))
                .flatMap(attribute -> attribute.values().stream())
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static boolean isCalled(Attribute attribute, String name) {
        return attribute.name().equalsIgnoreCase(name)
                || attribute.friendlyName().equalsIgnoreCase(name);
    }
}
