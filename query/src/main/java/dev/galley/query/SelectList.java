package dev.galley.query;

import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.List;

/** The select list of the outermost statement: how each item is asked for, and how it is then printed. */
final class SelectList {
    private final List<String> sql = new ArrayList<>();
    private final List<Compiled.Printed> printed = new ArrayList<>();

    SelectList(List<Select.Item> items, Compiled.Output output) {
        for (Select.Item item : items) {
            Expression shown = Types.shown(item.value());
            Type type = shown.type();
            String value = shown.sql();
            boolean json = WireForm.needsToJson(type) || Types.isJson(type);
            sql.add(
                    switch (output) {
                        case JSON -> WireForm.needsToJson(type) ? "to_json(" + value + ")" : value;
                        case STRIPPED -> json ? "json_strip_nulls(to_json(" + value + "))" : value;
                        case CSV -> value;
                    });
            printed.add(new Compiled.Printed(item.key(), json ? WireForm.JSON : WireForm.of(type)));
        }
    }

    List<String> sql() {
        return sql;
    }

    /** The same with the names c1, c2, ... */
    List<String> numbered() {
        List<String> columns = new ArrayList<>();
        for (String column : sql) {
            columns.add(column + " AS c" + (columns.size() + 1));
        }
        return columns;
    }

    List<Compiled.Printed> printed() {
        return printed;
    }
}
