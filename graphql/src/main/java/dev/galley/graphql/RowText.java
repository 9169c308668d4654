package dev.galley.graphql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text form of composite values, as PostgreSQL reads it. */
final class RowText {
    private RowText() {}

    /** @param attributes texts in the order of the type; null for NULL */
    static String of(List<@Nullable String> attributes) {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < attributes.size(); i++) {
            String attribute = attributes.get(i);
            text.append(i == 0 ? "" : ",");
            if (attribute != null) {
                text.append('"')
                        .append(attribute.replace("\\", "\\\\").replace("\"", "\"\""))
                        .append('"');
            }
        }
        return text.append(')').toString();
    }
}
