package dev.galley.query.document;

import dev.galley.schema.Identifiers;
import dev.galley.schema.Type;
import java.util.List;

/** Composite values as SQL expressions of JSON objects with chosen parts. */
record CompositeSql(ReadSql reads) {

    String column(String column, List<Content.Part> parts, Around row) {
        return value(row.column(column), ConditionSql.column(row, column), parts);
    }

    private String value(String value, Type type, List<Content.Part> parts) {
        if (type.kind() != Type.Kind.ARRAY) {
            return object(value, parts);
        }
        String index = reads.alias();
        String element = "(" + value + ")[" + index + ".i]";
        return "CASE WHEN " + value + " IS NOT NULL THEN (SELECT coalesce(json_agg(" + object(element, parts)
                + " ORDER BY " + index + ".i), '[]'::json) FROM generate_subscripts(" + value + ", 1) AS " + index
                + "(i)) END";
    }

    private String object(String value, List<Content.Part> parts) {
        String object = JsonSql.object(parts.stream()
                .map(part -> new JsonSql.Pair(part.key(), part(value, part.content())))
                .toList());
        // A value whose parts are all null is null to IS NULL, but is there.
        return "CASE WHEN " + value + " IS DISTINCT FROM NULL THEN " + object + " END";
    }

    private String part(String value, Content.OfPart part) {
        return switch (part) {
            case Content.PartFixed(var text) -> JsonSql.text(text);
            case Content.Attribute(var name, var type, var labels, var parts) -> {
                String attribute = "(" + value + ")." + Identifiers.quote(name);
                yield parts.isEmpty() ? ReadSql.labelled(attribute, type, labels) : value(attribute, type, parts);
            }
        };
    }
}
