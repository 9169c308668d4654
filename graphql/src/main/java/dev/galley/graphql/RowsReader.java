package dev.galley.graphql;

import dev.galley.query.Value;
import dev.galley.query.document.Document;
import dev.galley.schema.Column;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * New rows. As soon as they all give values for the same columns they become one array for each column, so that the plan is the same
 * for any number of rows and the protocol's limit of parameters is none of theirs.
 *
 * @param columns those that some row gives a value for, by name
 * @param texts for each row the values it gives, by column
 */
record RowsReader(Map<String, Column> byName, List<Map<String, @Nullable String>> texts) {

    static RowsReader of(List<?> objects, Table table, Values values) {
        Map<String, Column> inputs = table.insertFields();
        Map<String, Column> given = new LinkedHashMap<>();
        List<Map<String, @Nullable String>> texts = new ArrayList<>();
        for (Object object : objects) {
            Map<String, @Nullable String> row = new LinkedHashMap<>();
            Values.members(object).forEach((name, value) -> {
                Column column = inputs.get(name);
                if (column == null) {
                    throw Values.extra(table.type() + "InsertInput", List.of(name));
                }
                given.put(column.name(), column);
                row.put(column.name(), values.read(value, column));
            });
            texts.add(row);
        }
        return new RowsReader(given, texts);
    }

    List<String> columns() {
        return List.copyOf(byName.keySet());
    }

    Document.Rows rows(Values values) {
        boolean alike = texts.size() > 1
                && !byName.isEmpty()
                && byName.values().stream()
                        .allMatch(column ->
                                hasNoDefault(column) || texts.stream().allMatch(row -> row.containsKey(column.name())));
        return alike ? arrays(values) : each(values);
    }

    /** What is left out of one is null: the same as its default. */
    private static boolean hasNoDefault(Column column) {
        return column.defaultSql().isEmpty() && column.type().kind() != Type.Kind.DOMAIN;
    }

    private Document.Rows arrays(Values values) {
        List<Value> arrays = new ArrayList<>();
        for (String column : byName.keySet()) {
            List<@Nullable String> of = new ArrayList<>();
            texts.forEach(row -> of.add(row.get(column)));
            arrays.add(values.text(ArrayText.of(of)));
        }
        return new Document.Alike(columns(), arrays, values.of(texts.size()));
    }

    private Document.Rows each(Values values) {
        List<Map<String, Value>> rows = new ArrayList<>();
        for (Map<String, @Nullable String> texts : texts) {
            Map<String, Value> row = new LinkedHashMap<>();
            texts.forEach((column, text) -> row.put(column, values.text(text)));
            rows.add(row);
        }
        return new Document.Each(columns(), rows);
    }
}
