package dev.galley.auth.edge;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.identity.StrictJson;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON object that a client sent. A field of another type than asked for is the client's error, and so is a NUL in a text. */
public record JsonBody(ObjectNode object) {
    private static final int MAX_DIGITS = 400;

    /** @throws AuthException when the bytes are no JSON object; no bytes at all are an empty one */
    public static JsonBody parse(byte[] utf8) {
        if (utf8.length == 0) {
            return new JsonBody(StrictJson.newObject());
        }
        return new JsonBody(StrictJson.object(utf8)
                .orElseThrow(() -> bad("Could not parse request body as JSON: an object is expected"))
                .object());
    }

    /** Empty when it is missing, null or empty text. */
    public Optional<String> text(String name) {
        return textIfPresent(name).filter(text -> !text.isEmpty());
    }

    /** Empty only when it is missing or null. */
    public Optional<String> textIfPresent(String name) {
        return value(name).map(node -> {
            if (!node.isString()) {
                throw bad("Could not parse request body as JSON: " + name + " must be a text");
            }
            if (node.stringValue().indexOf('\0') >= 0) {
                throw AuthError.invalid(name + " must not contain a NUL character")
                        .thrown();
            }
            return node.stringValue();
        });
    }

    public String required(String name) {
        return text(name)
                .orElseThrow(() -> AuthError.invalid(name + " is required").thrown());
    }

    public boolean flag(String name, boolean fallback) {
        return value(name)
                .map(node -> {
                    if (!node.isBoolean()) {
                        throw bad("Could not parse request body as JSON: " + name + " must be true or false");
                    }
                    return node.booleanValue();
                })
                .orElse(fallback);
    }

    /** @throws AuthException also when a text in it holds a NUL, which PostgreSQL has no place for */
    public Optional<ObjectNode> object(String name) {
        return value(name).map(node -> {
            if (!(node instanceof ObjectNode object)) {
                throw bad("Could not parse request body as JSON: " + name + " must be an object");
            }
            if (StrictJson.write(object).contains("\\u0000")) {
                throw AuthError.invalid(name + " must not contain a NUL character")
                        .thrown();
            }
            if (!measured(object)) {
                throw AuthError.invalid(name + " must not contain numbers of more than " + MAX_DIGITS + " digits")
                        .thrown();
            }
            return object;
        });
    }

    /** PostgreSQL writes out every zero of 1e131071. */
    private static boolean measured(JsonNode node) {
        if (node.isNumber() && !node.isIntegralNumber()) {
            BigDecimal number = node.decimalValue();
            return Math.abs((long) number.scale()) <= MAX_DIGITS && number.precision() <= MAX_DIGITS;
        }
        return node.valueStream().allMatch(JsonBody::measured);
    }

    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    private Optional<JsonNode> value(String name) {
        return object.hasNonNull(name) ? Optional.of(object.path(name)) : Optional.empty();
    }

    private static AuthException bad(String message) {
        return AuthError.of(400, ErrorCode.BAD_JSON, message).thrown();
    }
}
