package dev.galley.graphql;

import dev.galley.query.Bindings;
import dev.galley.query.Value;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes values of arguments, as graphql-java has judged them, for a statement: as texts that PostgreSQL reads. */
record Values(Bindings bindings) {

    Value of(@Nullable Object value) {
        return value == null ? bindings.add((byte @Nullable []) null) : bindings.add(text(value));
    }

    /** @param value a list for an array; a single value stands for a list of one */
    Value array(Object value) {
        return bindings.add(ArrayText.of(texts(value)));
    }

    /** For a column or a parameter of the type. */
    Value of(@Nullable Object value, Type type) {
        return value != null && type.kind() == Type.Kind.ARRAY ? array(value) : of(value);
    }

    private static List<@Nullable String> texts(Object value) {
        List<@Nullable String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object each : list) {
                texts.add(each == null ? null : text(each));
            }
        } else {
            texts.add(text(value));
        }
        return texts;
    }

    private static String text(Object value) {
        String text = String.valueOf(value);
        if (text.indexOf('\0') >= 0) {
            throw GraphqlError.input("A value holds the character U+0000, which the database cannot store")
                    .thrown();
        }
        return text;
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
}
