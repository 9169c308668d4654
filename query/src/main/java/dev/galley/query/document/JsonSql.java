package dev.galley.query.document;

import dev.galley.query.Names;
import java.util.ArrayList;
import java.util.List;

/** JSON objects as SQL. */
final class JsonSql {
    /** Of the hundred arguments that a function of PostgreSQL may have, two for each member. */
    private static final int MEMBERS = 50;

    private JsonSql() {}

    record Pair(String key, String sql) {}

    /** An object with the members in this order. */
    static String object(List<Pair> members) {
        List<String> parts = new ArrayList<>();
        for (int from = 0; from < members.size(); from += MEMBERS) {
            parts.add(built(members.subList(from, Math.min(from + MEMBERS, members.size()))));
        }
        if (parts.size() <= 1) {
            return parts.isEmpty() ? "'{}'::json" : parts.getFirst();
        }
        // Objects one after the other, without the braces where they meet.
        StringBuilder sql = new StringBuilder("(");
        for (int i = 0; i < parts.size(); i++) {
            boolean first = i == 0;
            boolean last = i == parts.size() - 1;
            String text = parts.get(i) + "::text";
            String tail = first ? text : "substr(" + text + ", 2)";
            sql.append(first ? "" : " || ',' || ").append(last ? tail : "left(" + tail + ", -1)");
        }
        return sql.append(")::json").toString();
    }

    private static String built(List<Pair> members) {
        StringBuilder sql = new StringBuilder("json_build_object(");
        for (int i = 0; i < members.size(); i++) {
            sql.append(i == 0 ? "" : ", ")
                    .append(Names.literal(members.get(i).key()))
                    .append(", ")
                    .append(members.get(i).sql());
        }
        return sql.append(')').toString();
    }

    /** Base64 of a JSON array of the values, in one line. */
    static String opaque(List<String> values) {
        return "translate(encode(convert_to(jsonb_build_array(" + String.join(", ", values)
                + ")::text, 'utf-8'), 'base64'), E'\\n', '')";
    }

    static String text(String text) {
        return Names.literal(text) + "::text";
    }
}
