package dev.galley.query;

import java.util.ArrayList;
import java.util.List;

/** A SELECT under construction: its parts as SQL, in any order of arrival. */
final class Select {
    private final String from;
    final List<Item> items = new ArrayList<>();
    final List<String> joins = new ArrayList<>();
    final List<String> where = new ArrayList<>();
    final List<String> groupBy = new ArrayList<>();
    final List<String> having = new ArrayList<>();
    final List<String> order = new ArrayList<>();
    /** Of rows that are equal in these only the first is taken; the order begins with them. */
    final List<String> distinctOn = new ArrayList<>();

    String limit = "";

    Select(String from) {
        this.from = from;
    }

    /**
     * A column of the answer.
     *
     * @param key its name there
     * @param aggregate what the parent has to apply to it, when it was lifted out of an embed
     */
    record Item(String key, Expression value, List<Selection.Field> aggregate) {
        Item(String key, Expression value) {
            this(key, value, List.of());
        }

        /** As callers are to see it, with its name there. */
        String named() {
            return Types.shown(value).sql() + " AS " + Names.quote(key);
        }
    }

    /** Whether it takes rows as they come, so that RETURNING can do its work. */
    boolean isPlain() {
        return joins.isEmpty()
                && where.isEmpty()
                && groupBy.isEmpty()
                && having.isEmpty()
                && order.isEmpty()
                && distinctOn.isEmpty()
                && limit.isEmpty();
    }

    /** With the answer's own names, for {@code row_to_json}. */
    String named() {
        return with(items.stream().map(Item::named).toList());
    }

    /** With the names c1, c2, ... */
    String numbered() {
        List<String> columns = new ArrayList<>();
        for (Item item : items) {
            columns.add(Types.shown(item.value()).sql() + " AS c" + (columns.size() + 1));
        }
        return with(columns);
    }

    /** With these columns instead of the items. */
    String with(List<String> columns) {
        StringBuilder sql = new StringBuilder("SELECT ");
        if (!distinctOn.isEmpty()) {
            sql.append("DISTINCT ON (").append(String.join(", ", distinctOn)).append(") ");
        }
        sql.append(String.join(", ", columns));
        sql.append(" FROM ").append(from);
        joins.forEach(join -> sql.append(' ').append(join));
        list(sql, " WHERE ", where, " AND ");
        list(sql, " GROUP BY ", groupBy, ", ");
        list(sql, " HAVING ", having, " AND ");
        list(sql, " ORDER BY ", order, ", ");
        return sql.append(limit).toString();
    }

    private static void list(StringBuilder sql, String keyword, List<String> parts, String separator) {
        if (!parts.isEmpty()) {
            sql.append(keyword).append(String.join(separator, parts));
        }
    }
}
