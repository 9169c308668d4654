package dev.galley.query;

import dev.galley.schema.Type;
import java.util.List;
import java.util.Optional;

/** Resolves a field (a column or computed field and a way into its JSON) to SQL. */
final class Fields {
    private Fields() {}

    static Expression resolve(Source source, FieldPath path) {
        return into(source.column(path.column()), path.json());
    }

    /** What stands in a value's JSON. */
    static Expression into(Expression column, List<FieldPath.Step> path) {
        if (path.isEmpty()) {
            return column;
        }
        boolean json = Types.isJson(column.type());
        StringBuilder sql = new StringBuilder(json ? column.sql() : "to_jsonb(" + column.sql() + ")");
        for (FieldPath.Step step : path) {
            sql.append(step.asText() ? "->>" : "->").append(operand(step));
        }
        Type result = json ? column.type().underDomains() : Types.JSONB;
        return new Expression("(" + sql + ")", path.getLast().asText() ? Types.TEXT : result);
    }

    /** Keys are part of a query's shape, so that an index on the same expression can be used. */
    private static String operand(FieldPath.Step step) {
        String literal = Names.literal(step.keyOrIndex());
        return step.isIndex() ? "(" + literal + "::int)" : literal;
    }

    /** The key of a selected field in the answer: its alias, else the last JSON key on its path, else the column. */
    static String key(FieldPath path) {
        for (FieldPath.Step step : path.json().reversed()) {
            if (!step.isIndex()) {
                return step.keyOrIndex();
            }
        }
        return path.column();
    }

    /** The field as a text search vector. */
    static String vector(Expression field, Optional<String> configuration) {
        if (field.type().underDomains().oid() == Types.TSVECTOR_OID) {
            return field.sql();
        }
        return "to_tsvector(" + configurationSql(configuration) + field.sql() + ")";
    }

    static String configurationSql(Optional<String> configuration) {
        return configuration.map(name -> Names.literal(name) + "::regconfig, ").orElse("");
    }
}
