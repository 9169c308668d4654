package dev.galley.graphql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text form of arrays of one dimension, as PostgreSQL reads it. */
final class ArrayText {
    private ArrayText() {}

    /** @param elements texts; null for NULL */
    static String of(List<@Nullable String> elements) {
        StringBuilder text = new StringBuilder("{");
        for (String element : elements) {
            if (text.length() > 1) {
                text.append(',');
            }
            if (element == null) {
                text.append("NULL");
                continue;
            }
            text.append('"');
            for (int i = 0; i < element.length(); i++) {
                char c = element.charAt(i);
                if (c == '"' || c == '\\') {
                    text.append('\\');
                }
                text.append(c);
            }
            text.append('"');
        }
        return text.append('}').toString();
    }
}
