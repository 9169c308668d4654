package dev.galley.graphql;

import dev.galley.identity.StrictJson;
import dev.galley.query.Nested;
import dev.galley.query.document.InsertedTree;
import dev.galley.schema.Column;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** New rows with related rows inside them, as one JSON text by names of the database. */
record NestedReader(RoleSchema schema, Values values) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The objects that stand at one place of the argument, taken together. */
    private static final class Level {
        final Table table;
        final Set<String> columns = new LinkedHashSet<>();
        final Map<String, Level> inside = new TreeMap<>();
        boolean lists;

        Level(Table table) {
            this.table = table;
        }

        List<Nested> nested() {
            List<Nested> nested = new ArrayList<>();
            inside.forEach((key, level) ->
                    nested.add(new Nested(key, List.copyOf(level.columns), level.nested(), level.lists)));
            return List.copyOf(nested);
        }
    }

    /** Whether some row has related rows inside. */
    boolean isNested(List<?> rows, Table table) {
        return table.has(Extension.NESTED_INSERTS)
                && rows.stream()
                        .flatMap(row -> Values.members(row).keySet().stream())
                        .anyMatch(name -> !table.fields().containsKey(name)
                                && schema.inserted(table, name).isPresent());
    }

    InsertedTree read(List<?> rows, Table table) {
        Level level = new Level(table);
        var array = JSON.arrayNode();
        rows.forEach(row -> array.add(object(row, level)));
        return new InsertedTree(
                table.relation().name(),
                values.text(StrictJson.write(array)),
                values.of(rows.size()),
                List.copyOf(level.columns),
                level.nested());
    }

    private ObjectNode object(@Nullable Object row, Level level) {
        ObjectNode object = JSON.objectNode();
        Values.members(row).forEach((name, value) -> {
            Column column = level.table.insertFields().get(name);
            if (column != null) {
                level.columns.add(column.name());
                object.set(column.name(), value(value, column));
                return;
            }
            Relations.Related related = schema.inserted(level.table, name)
                    .orElseThrow(() -> Values.extra(level.table.type() + "InsertInput", List.of(name)));
            String key = related.insertKey().orElseThrow();
            Level inner = level.inside.computeIfAbsent(key, _ -> new Level(related.table()));
            inner.lists |= related.many();
            object.set(key, related(value, related, inner));
        });
        return object;
    }

    private JsonNode related(@Nullable Object value, Relations.Related related, Level level) {
        if (value == null) {
            return JSON.nullNode();
        }
        if (!related.many()) {
            return object(value, level);
        }
        var array = JSON.arrayNode();
        for (Object each : value instanceof List<?> list ? list : List.of(value)) {
            array.add(object(each, level));
        }
        return array;
    }

    private JsonNode value(@Nullable Object value, Column column) {
        // The text forms of lists, rows and ranges are read from JSON texts as well as those of simple values.
        String text = values.read(value, column);
        if (text == null) {
            return JSON.nullNode();
        }
        Type type = column.type().underDomains();
        if (type.oid() != 114 && type.oid() != 3802) {
            return JSON.stringNode(text);
        }
        try {
            return StrictJson.read(text);
        } catch (JacksonException unreadable) {
            throw GraphqlError.of("22P02", "invalid input syntax for type json").thrown();
        }
    }
}
