package dev.galley.graphql;

import dev.galley.query.Bindings;
import dev.galley.query.Value;
import dev.galley.schema.Column;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes values of arguments, as graphql-java has judged them, for a statement: as texts that PostgreSQL reads. */
record Values(Bindings bindings, RoleSchema schema) {
    /** character and character varying. */
    private static final Set<Integer> CHARACTERS = Set.of(1042, 1043);

    Value of(@Nullable Object value) {
        return text(value == null ? null : plain(value));
    }

    /** @param text the form that PostgreSQL reads */
    Value text(@Nullable String text) {
        return text == null ? bindings.add((byte @Nullable []) null) : bindings.add(text);
    }

    /** For a parameter of the type. */
    Value of(@Nullable Object value, Type type) {
        return text(read(value, type));
    }

    /** For a column, whose text may have a greatest length. */
    Value of(@Nullable Object value, Column column) {
        return text(read(value, column));
    }

    @Nullable
    String read(@Nullable Object value, Column column) {
        require(value, column);
        return read(value, column.type());
    }

    /** An array of the column's type. */
    Value arrayOf(Object value, Column column) {
        require(value, column);
        return text(array(value, column.type()));
    }

    /** A cast would cut a text that is too long. */
    private static void require(@Nullable Object value, Column column) {
        if (value instanceof List<?> list) {
            list.forEach(each -> require(each, column));
        } else if (value instanceof String text) {
            column.maxLength()
                    .filter(most ->
                            CHARACTERS.contains(column.type().oid()) && text.codePointCount(0, text.length()) > most)
                    .ifPresent(most -> {
                        throw GraphqlError.input("Invalid input for String type. Maximum character length " + most)
                                .thrown();
                    });
        }
    }

    private @Nullable String read(@Nullable Object value, Type type) {
        if (value == null) {
            return null;
        }
        return switch (type.kind()) {
            case ARRAY -> array(value, type.base().orElse(type));
            case COMPOSITE -> row(value, type);
            case ENUM -> label(plain(value), type);
            case BASE, DOMAIN, RANGE, MULTIRANGE, PSEUDO -> plain(value);
        };
    }

    /** A single value stands for a list of one. */
    private String array(Object value, Type element) {
        List<@Nullable String> texts = new ArrayList<>();
        for (Object each : value instanceof List<?> list ? list : List.of(value)) {
            texts.add(read(each, element));
        }
        return ArrayText.of(texts);
    }

    private String row(Object value, Type type) {
        Composites.Composite composite = schema.composites().get(type.oid());
        if (composite == null) {
            throw unexpected();
        }
        Map<String, @Nullable Object> given = members(value);
        requireKnown(given.keySet(), composite.attributes().keySet(), composite.name() + Composites.INPUT);
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        composite
                .attributes()
                .forEach((field, attribute) -> texts.put(attribute.name(), read(given.get(field), attribute.type())));
        List<@Nullable String> row = new ArrayList<>();
        type.attributes().forEach(attribute -> row.add(texts.get(attribute.name())));
        return RowText.of(row);
    }

    /** A label may come by its other name even where the schema could not see to that: in a variable of another type. */
    private String label(String text, Type type) {
        if (type.labels().contains(text)) {
            return text;
        }
        return schema.enumNames().getOrDefault(type.oid(), Map.of()).entrySet().stream()
                .filter(each -> each.getValue().equals(text))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(text);
    }

    private static String plain(Object value) {
        if (value instanceof Map || value instanceof List) {
            throw unexpected();
        }
        String text = String.valueOf(value);
        if (text.indexOf('\0') >= 0) {
            throw GraphqlError.input("A value holds the character U+0000, which the database cannot store")
                    .thrown();
        }
        return text;
    }

    private static GraphqlException unexpected() {
        return GraphqlError.input("Unexpected list or object in input value").thrown();
    }

    /** The members of an input object. */
    static Map<String, @Nullable Object> members(@Nullable Object value) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (value != null && !(value instanceof Map)) {
            throw GraphqlError.input("An input object is expected").thrown();
        }
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> members.put(String.valueOf(key), each));
        }
        return members;
    }

    /** A variable of another type may bring members that the place does not have. */
    static void requireKnown(Set<String> given, Set<String> known, String type) {
        List<String> extra =
                given.stream().filter(name -> !known.contains(name)).toList();
        if (!extra.isEmpty()) {
            throw extra(type, extra);
        }
    }

    static GraphqlException extra(String type, List<String> names) {
        return GraphqlError.input("Input for type " + type + " contains extra keys "
                        + names.stream().map(name -> '"' + name + '"').toList())
                .thrown();
    }

    /** The text of a choice. */
    static Optional<String> choice(@Nullable Object value) {
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
