package dev.galley.rest;

import dev.galley.rest.OpenApiView.Table;
import dev.galley.schema.Column;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The paths, parameters and definitions of tables and views. */
final class OpenApiTables {
    private static final String PARAMETERS = "parameters";
    private static final String DEFINITIONS = "definitions";

    private final OpenApiWriter json;

    OpenApiTables(OpenApiWriter json) {
        this.json = json;
    }

    void path(Table table) {
        String body = body(table);
        List<String> filters =
                table.columns().stream().map(column -> filter(table, column)).toList();
        json.object("/" + table.name(), () -> {
            operation(
                    table,
                    "get",
                    with(filters, "select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"),
                    () -> {
                        json.object("200", () -> rows(table));
                        response("206", "Partial Content");
                    });
            if (!table.writable()) return;
            operation(table, "post", List.of(body, "select", "preferPost"), () -> response("201", "Created"));
            operation(table, "patch", with(filters, body, "preferReturn"), () -> response("204", "No Content"));
            operation(table, "delete", with(filters, "preferReturn"), () -> response("204", "No Content"));
        });
    }

    private static List<String> with(List<String> filters, String... more) {
        return Stream.concat(filters.stream(), Stream.of(more)).toList();
    }

    private void operation(Table table, String method, List<String> parameters, Runnable responses) {
        json.object(method, () -> {
            json.texts("tags", List.of(table.name()));
            json.comment(table.relation().comment());
            json.array(
                    PARAMETERS, () -> parameters.forEach(name -> json.object(() -> json.reference(PARAMETERS, name))));
            json.object("responses", responses);
        });
    }

    private void rows(Table table) {
        json.text("description", "OK");
        json.object("schema", () -> {
            json.text("type", "array");
            json.object("items", () -> json.reference(DEFINITIONS, table.name()));
        });
    }

    private void response(String status, String description) {
        json.object(status, () -> json.text("description", description));
    }

    /** The parameters that only this table has: its body, and a filter for each column. */
    void parameters(Table table) {
        json.object(body(table), () -> {
            json.text("name", table.name());
            json.text("description", table.name());
            json.flag("required", false);
            json.text("in", "body");
            json.object("schema", () -> json.reference(DEFINITIONS, table.name()));
        });
        for (Column column : table.columns()) {
            json.object(filter(table, column), () -> {
                json.text("name", column.name());
                json.text("description", column.comment());
                json.flag("required", false);
                json.text("in", "query");
                json.text("type", "string");
            });
        }
    }

    private static String body(Table table) {
        return "body." + table.name();
    }

    private static String filter(Table table, Column column) {
        return "rowFilter." + table.name() + "." + column.name();
    }

    void definition(Table table) {
        List<String> required = table.columns().stream()
                .filter(column -> !column.nullable())
                .map(Column::name)
                .toList();
        json.object(table.name(), () -> {
            json.text("description", table.relation().comment());
            if (!required.isEmpty()) json.texts("required", required);
            json.object("properties", () -> table.columns().forEach(column -> property(table, column)));
            json.text("type", "object");
        });
    }

    private void property(Table table, Column column) {
        String type = OpenApiTypes.ofColumn(column);
        Type underlying = column.type().underDomains();
        json.object(column.name(), () -> {
            json.text("description", description(table, column));
            json.text("type", OpenApiTypes.kind(type));
            json.text("format", OpenApiTypes.format(type));
            if (OpenApiTypes.isArray(type)) items(type);
            if (!underlying.labels().isEmpty()) json.texts("enum", underlying.labels());
            column.maxLength().ifPresent(most -> json.number("maxLength", most));
            column.defaultSql()
                    .flatMap(sql -> OpenApiDefaults.json(sql, type))
                    .ifPresent(value -> json.raw("default", value));
        });
    }

    private void items(String type) {
        json.object("items", () -> json.text("type", OpenApiTypes.kind(OpenApiTypes.element(type))));
    }

    /** The column's comment and what the keys say about it, in the words that generators of clients look for. */
    private static Optional<String> description(Table table, Column column) {
        List<String> notes = new ArrayList<>(3);
        notes.add("Note:");
        if (table.relation().primaryKey().contains(column.name())) notes.add("This is a Primary Key.<pk/>");
        Optional.ofNullable(table.foreignKeys().get(column.name()))
                .ifPresent(key -> notes.add("This is a Foreign Key to `" + key.table() + "." + key.column()
                        + "`.<fk table='" + key.table() + "' column='" + key.column() + "'/>"));
        if (notes.size() == 1) return column.comment();
        return Optional.of(column.comment().map(comment -> comment + "\n\n").orElse("") + String.join("\n", notes));
    }
}
