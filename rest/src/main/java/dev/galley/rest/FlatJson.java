package dev.galley.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the small JSON texts with which the database steers an answer. Empty when the text is not of the shape. */
final class FlatJson {
    private static final JsonFactory JSON = new JsonFactory();

    private FlatJson() {}

    /**
     * An object.
     *
     * @param texts its members that are strings, numbers or booleans, as text
     * @param objects its members that are objects of strings
     */
    record Members(Map<String, String> texts, Map<String, Map<String, String>> objects) {}

    static Optional<Members> object(String json) {
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) return Optional.empty();
            Map<String, String> texts = new LinkedHashMap<>();
            Map<String, Map<String, String>> objects = new LinkedHashMap<>();
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                switch (in.nextToken()) {
                    case START_OBJECT -> {
                        Optional<Map<String, String>> inner = strings(in);
                        if (inner.isEmpty()) return Optional.empty();
                        objects.put(name, inner.get());
                    }
                    case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                        texts.put(name, in.getString());
                    case VALUE_NULL -> {}
                    default -> {
                        return Optional.empty();
                    }
                }
            }
            return in.nextToken() == null ? Optional.of(new Members(texts, objects)) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** An array of objects with one string each: {@code [{"Set-Cookie":"a=1"},{"Set-Cookie":"b=2"}]}. */
    static Optional<List<Map.Entry<String, String>>> listOfPairs(String json) {
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (in.nextToken() != JsonToken.START_ARRAY) return Optional.empty();
            List<Map.Entry<String, String>> pairs = new ArrayList<>();
            while (in.nextToken() == JsonToken.START_OBJECT) {
                Optional<Map<String, String>> pair = strings(in);
                if (pair.isEmpty() || pair.get().size() != 1) return Optional.empty();
                pairs.addAll(pair.get().entrySet());
            }
            boolean whole = in.currentToken() == JsonToken.END_ARRAY && in.nextToken() == null;
            return whole ? Optional.of(pairs) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** The object that has just begun; empty when a member is not a string. */
    private static Optional<Map<String, String>> strings(JsonParser in) {
        Map<String, String> strings = new LinkedHashMap<>();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (in.nextToken() != JsonToken.VALUE_STRING) return Optional.empty();
            strings.put(name, in.getString());
        }
        return in.currentToken() == JsonToken.END_OBJECT ? Optional.of(strings) : Optional.empty();
    }
}
