package dev.galley.storage.edge;

import dev.galley.identity.StrictJson;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.error.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON object that a client sent. A field of another type than asked for is the client's error, and so is a NUL in a text. */
public record JsonBody(ObjectNode object) {

    /** @throws StorageException when the bytes are no JSON object; no bytes at all are an empty one */
    public static JsonBody parse(byte[] utf8) {
        if (utf8.length == 0) {
            return empty();
        }
        return new JsonBody(StrictJson.object(utf8)
                .orElseThrow(
                        () -> StorageError.malformed("Body is not valid JSON").thrown())
                .object());
    }

    public static JsonBody empty() {
        return new JsonBody(StrictJson.newObject());
    }

    /** Whether it is there, also as null. */
    public boolean has(String name) {
        return object.has(name);
    }

    /** Empty when it is missing or null. */
    public Optional<String> text(String name) {
        return value(name).map(node -> text("body/" + name, node));
    }

    public String required(String name) {
        return text(name)
                .orElseThrow(() -> StorageError.malformed("body must have required property '" + name + "'")
                        .thrown());
    }

    public Optional<Boolean> flag(String name) {
        return value(name).map(node -> {
            if (!node.isBoolean()) {
                throw StorageError.malformed("body/" + name + " must be boolean")
                        .thrown();
            }
            return node.booleanValue();
        });
    }

    public Optional<Long> number(String name, long least) {
        return value(name).map(node -> {
            if (!node.canConvertToLong() || !node.isIntegralNumber() || node.longValue() < least) {
                throw StorageError.malformed("body/" + name + " must be an integer >= " + least)
                        .thrown();
            }
            return node.longValue();
        });
    }

    public Optional<List<String>> texts(String name) {
        return value(name).map(node -> {
            if (!node.isArray()) {
                throw StorageError.malformed("body/" + name + " must be array").thrown();
            }
            List<String> all = new ArrayList<>();
            node.forEach(each -> all.add(text("body/" + name + "/" + all.size(), each)));
            return List.copyOf(all);
        });
    }

    public Optional<JsonBody> object(String name) {
        return value(name).map(node -> {
            if (!(node instanceof ObjectNode inner)) {
                throw StorageError.malformed("body/" + name + " must be object").thrown();
            }
            return new JsonBody(inner);
        });
    }

    /** One of the given texts, or the first of them when it is missing. */
    public String choice(String name, String... allowed) {
        String given = text(name).orElse(allowed[0]);
        if (!List.of(allowed).contains(given)) {
            throw StorageError.malformed("body/" + name + " must be equal to one of the allowed values")
                    .thrown();
        }
        return given;
    }

    public Optional<JsonNode> value(String name) {
        return object.hasNonNull(name) ? Optional.of(object.path(name)) : Optional.empty();
    }

    private static String text(String where, JsonNode node) {
        if (!node.isString()) {
            throw StorageError.malformed(where + " must be string").thrown();
        }
        if (node.stringValue().indexOf('\0') >= 0) {
            throw StorageError.malformed(where + " must not contain a NUL character")
                    .thrown();
        }
        return node.stringValue();
    }
}
