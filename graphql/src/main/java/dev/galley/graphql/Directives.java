package dev.galley.graphql;

import dev.galley.identity.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What a comment says to us: {@code @graphql({"name": "..."})}. What is no JSON says nothing. */
record Directives(JsonNode said) {
    private static final Pattern MARK = Pattern.compile("@graphql\\((.+)\\)", Pattern.DOTALL);
    static final Directives NONE = new Directives(StrictJson.newObject());

    static Directives of(Optional<String> comment) {
        Matcher found = MARK.matcher(comment.orElse(""));
        if (!found.find()) {
            return NONE;
        }
        try {
            JsonNode said = StrictJson.read(found.group(1));
            return said.isObject() ? new Directives(said) : NONE;
        } catch (JacksonException noJson) {
            return NONE;
        }
    }

    Optional<String> text(String key) {
        return said.path(key).isString() ? Optional.of(said.path(key).asString()) : Optional.empty();
    }

    boolean flag(String key) {
        return said.path(key).asBoolean(false);
    }

    /** {@code {"totalCount": {"enabled": true}}} */
    boolean enabled(String key) {
        return said.path(key).path("enabled").asBoolean(false);
    }

    OptionalInt number(String key) {
        return said.path(key).isInt() ? OptionalInt.of(said.path(key).asInt()) : OptionalInt.empty();
    }

    List<String> texts(String key) {
        return texts(said.path(key));
    }

    Map<String, String> mappings() {
        Map<String, String> mappings = new LinkedHashMap<>();
        said.path("mappings")
                .properties()
                .forEach(each -> mappings.put(each.getKey(), each.getValue().asString("")));
        return mappings;
    }

    /** A key from a view to another relation, of which the database knows nothing. */
    record ForeignKey(
            Optional<String> localName,
            List<String> localColumns,
            Optional<String> foreignName,
            String foreignSchema,
            String foreignTable,
            List<String> foreignColumns) {}

    List<ForeignKey> foreignKeys() {
        List<ForeignKey> keys = new ArrayList<>();
        for (JsonNode key : said.path("foreign_keys")) {
            keys.add(new ForeignKey(
                    name(key, "local_name"),
                    texts(key.path("local_columns")),
                    name(key, "foreign_name"),
                    key.path("foreign_schema").asString(""),
                    key.path("foreign_table").asString(""),
                    texts(key.path("foreign_columns"))));
        }
        return keys;
    }

    private static Optional<String> name(JsonNode key, String member) {
        return key.path(member).isString() ? Optional.of(key.path(member).asString()) : Optional.empty();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : array) {
            texts.add(each.asString(""));
        }
        return List.copyOf(texts);
    }
}
