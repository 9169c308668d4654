package dev.galley.query;

import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.List;

/** Writes one embed into the select of its parent. */
final class EmbedSql {
    private final Scope scope;
    private final Select parent;
    private final Selection.Embed embed;
    private final boolean grouped;
    /** Aggregates of the database, too, are given jsonb: what a handler makes of an embed must not hang on its white space. */
    private final boolean jsonb;

    /** @param grouped whether the parent is grouped: its embeds are then grouped by, which json has no equality for */
    EmbedSql(Scope scope, Select parent, Selection.Embed embed, boolean grouped) {
        this.scope = scope;
        this.parent = parent;
        this.embed = embed;
        this.grouped = grouped;
        this.jsonb = grouped || scope.whole();
    }

    /**
     * At most one row.
     *
     * @param shown whether it is part of the answer
     * @param source of the row
     * @param orderBy what the parent orders by: names as the answer has them, else columns
     * @return these as columns of the parent's statement
     */
    List<String> one(Select row, boolean shown, Source source, List<FieldPath> orderBy) {
        String alias = scope.alias();
        List<String> columns = new ArrayList<>();
        if (shown && embed.spread()) {
            lift(row, alias, columns);
        } else if (shown) {
            columns.add(object(row) + " AS j");
            parent.items.add(new Select.Item(embed.label(), new Expression(alias + ".j", type())));
        }
        List<String> fields = new ArrayList<>();
        for (FieldPath field : orderBy) {
            int item = shown ? itemOf(row, field.column()) : -1;
            if (item >= 0 && embed.spread()) {
                Expression lifted = new Expression(
                        alias + ".c" + (item + 1), row.items.get(item).value().type());
                fields.add(Fields.into(lifted, field.json()).sql());
                continue;
            }
            Expression value = item >= 0 ? row.items.get(item).value() : source.column(field.column());
            String column = "o" + (columns.size() + 1);
            fields.add(alias + "." + column);
            columns.add(Fields.into(value, field.json()).sql() + " AS " + column);
        }
        if (shown && !embed.spread() && orderBy.isEmpty()) {
            join(alias, "SELECT row_to_json(r.*)" + suffix() + " AS j FROM (" + row.named() + ") r");
        } else {
            join(alias, row.with(columns));
        }
        return fields;
    }

    /** The item of that name, if it is not waiting to be aggregated; -1 for none. */
    private static int itemOf(Select row, String name) {
        for (int i = 0; i < row.items.size(); i++) {
            if (row.items.get(i).key().equals(name)
                    && row.items.get(i).aggregate().isEmpty()) {
                return i;
            }
        }
        return -1;
    }

    private void lift(Select row, String alias, List<String> columns) {
        for (Select.Item item : row.items) {
            columns.add(item.value().sql() + " AS c" + (columns.size() + 1));
            Expression lifted =
                    new Expression(alias + ".c" + columns.size(), item.value().type());
            parent.items.add(new Select.Item(item.key(), lifted, item.aggregate()));
        }
    }

    private String object(Select row) {
        List<String> named = row.items.stream().map(Select.Item::named).toList();
        return "(SELECT row_to_json(r.*)" + suffix() + " FROM (SELECT " + String.join(", ", named) + ") r)";
    }

    /** Any number of rows: an array, or when spread an array per column. */
    void many(Select rows) {
        if (embed.spread()) {
            String alias = scope.alias();
            List<String> columns = new ArrayList<>();
            for (Select.Item item : rows.items) {
                String column = "c" + (columns.size() + 1);
                columns.add("coalesce(json_agg(r." + column + "), '[]')" + suffix() + " AS " + column);
                parent.items.add(new Select.Item(item.key(), new Expression(alias + "." + column, type())));
            }
            join(alias, "SELECT " + String.join(", ", columns) + " FROM (" + rows.numbered() + ") r");
            return;
        }
        String array = "SELECT coalesce(json_agg(r.*), '[]')" + suffix() + " AS j FROM (" + rows.named() + ") r";
        if (grouped) {
            String alias = scope.alias();
            join(alias, array);
            parent.items.add(new Select.Item(embed.label(), new Expression(alias + ".j", type())));
        } else {
            parent.items.add(new Select.Item(embed.label(), new Expression("(" + array + ")", type())));
        }
    }

    private void join(String alias, String rows) {
        String kind = embed.inner() ? "JOIN" : "LEFT JOIN";
        parent.joins.add(kind + " LATERAL (" + rows + ") AS " + alias + " ON true");
    }

    private Type type() {
        return jsonb ? Types.JSONB : Types.JSON;
    }

    private String suffix() {
        return jsonb ? "::jsonb" : "";
    }
}
