package dev.galley.query;

import dev.galley.schema.Column;
import dev.galley.schema.Identifiers;
import dev.galley.schema.Relation;
import dev.galley.schema.Representation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The payload of a write as rows {@code b} of SQL: one JSON value, taken apart by PostgreSQL into the columns' own types.
 *
 * @param columns those to be written; with none, a row of defaults is meant for each object
 * @param from what stands after FROM
 */
record Body(List<Column> columns, String from) {
    static final String ALIAS = "b";

    /** A function takes at most 100 arguments: 50 pairs. */
    private static final int PAIRS_PER_OBJECT = 50;

    static Body of(Payload payload, boolean defaults, Relation relation, Parameters parameters) {
        List<Column> columns = payload.columns().stream()
                .distinct()
                .map(name -> column(relation, name))
                .toList();
        return new Body(columns, from(payload, defaults, columns, parameters));
    }

    static Column column(Relation relation, String name) {
        return relation.column(name)
                .orElseThrow(() -> new QueryException(new QueryError.UnknownPayloadColumn(relation.name(), name)));
    }

    private static String from(Payload payload, boolean defaults, List<Column> columns, Parameters parameters) {
        if (columns.isEmpty()) {
            return payload.single()
                    ? "(VALUES (1)) AS b"
                    : "json_array_elements(" + parameters.add(payload.json()) + "::json) AS b";
        }
        boolean represented = columns.stream()
                .anyMatch(column -> column.type().representation().fromJson().isPresent());
        String rows = rows(payload, defaults, columns, parameters, represented ? "r" : ALIAS);
        return represented ? "(SELECT " + String.join(", ", read(columns)) + " FROM " + rows + ") AS " + ALIAS : rows;
    }

    /** The columns as their domains read them. */
    private static List<String> read(List<Column> columns) {
        return columns.stream()
                .map(column -> {
                    String name = Identifiers.quote(column.name());
                    return column.type()
                            .representation()
                            .fromJson()
                            .map(function -> function.sql() + "(r." + name + ") AS " + name)
                            .orElse("r." + name);
                })
                .toList();
    }

    private static String rows(
            Payload payload, boolean defaults, List<Column> columns, Parameters parameters, String alias) {
        String row = alias + "(" + String.join(", ", definitions(columns)) + ")";
        Optional<String> defaultsObject = defaults ? defaultsObject(columns) : Optional.empty();
        if (defaultsObject.isEmpty()) {
            String function = payload.single() ? "json_to_record(" : "json_to_recordset(";
            return function + parameters.add(payload.json()) + "::json) AS " + row;
        }
        String json = parameters.add(payload.json()) + "::jsonb";
        return payload.single()
                ? "jsonb_to_record(" + defaultsObject.get() + " || " + json + ") AS " + row
                : "(SELECT jsonb_agg(" + defaultsObject.get() + " || elem.value) AS v FROM jsonb_array_elements(" + json
                        + ") AS elem) AS e, LATERAL jsonb_to_recordset(e.v) AS " + row;
    }

    private static List<String> definitions(List<Column> columns) {
        return columns.stream()
                .map(column -> Identifiers.quote(column.name()) + " "
                        + (column.type().representation().fromJson().isPresent() ? "json" : column.typeSql()))
                .toList();
    }

    /** What the caller's object is laid over. Stands beside each element, so that every row gets a fresh default. */
    static Optional<String> defaultsObject(List<Column> columns) {
        List<String> objects = new ArrayList<>();
        List<String> pairs = new ArrayList<>();
        for (Column column : columns) {
            column.defaultSql()
                    .ifPresent(sql -> pairs.add(Identifiers.literal(column.name()) + ", " + shown(column, sql)));
        }
        for (int i = 0; i < pairs.size(); i += PAIRS_PER_OBJECT) {
            List<String> some = pairs.subList(i, Math.min(pairs.size(), i + PAIRS_PER_OBJECT));
            objects.add("jsonb_build_object(" + String.join(", ", some) + ")");
        }
        return objects.isEmpty() ? Optional.empty() : Optional.of(String.join(" || ", objects));
    }

    /** A default takes the same way as a given value: out as its domain shows it, and in again. */
    private static String shown(Column column, String sql) {
        Representation domain = column.type().representation();
        return domain.toJson()
                .filter(_ -> domain.fromJson().isPresent())
                .map(function -> function.sql() + "((" + sql + ")::" + column.typeSql() + ")")
                .orElse(sql);
    }

    /** The columns as they stand in a list, each after the prefix. */
    String names(String prefix) {
        return String.join(
                ", ",
                columns.stream()
                        .map(column -> prefix + Identifiers.quote(column.name()))
                        .toList());
    }
}
