package dev.galley.rest;

import dev.galley.schema.Column;
import dev.galley.schema.Identifiers;
import dev.galley.schema.Routine;
import dev.galley.schema.Type;
import java.util.List;
import java.util.Optional;

/** How types of the database are told in a description: the name that clients know, its kind in JSON and its format. */
final class OpenApiTypes {
    private static final String SYSTEM = "pg_catalog";
    private static final String ARRAY = "[]";

    private OpenApiTypes() {}

    /** A column's type without length or precision; a domain over a type of the system is told as that type. */
    static String ofColumn(Column column) {
        Type type = column.type().underDomains();
        return type.name().schema().equals(SYSTEM) ? standard(type.sql()) : column.typeSql();
    }

    /** A parameter's type, qualified where the search path does not lead to it. */
    static String ofParameter(Routine.Parameter parameter, List<String> searchPath) {
        Type type = parameter.type();
        if (type.name().schema().equals(SYSTEM)) return standard(type.sql());
        for (String schema : searchPath) {
            for (String prefix : List.of(schema + ".", Identifiers.quote(schema) + ".")) {
                if (type.name().schema().equals(schema) && type.sql().startsWith(prefix)) {
                    return type.sql().substring(prefix.length());
                }
            }
        }
        return type.sql();
    }

    /** The name in the SQL standard of the two types that PostgreSQL calls otherwise where any length is allowed. */
    private static String standard(String sql) {
        return switch (sql) {
            case "bpchar" -> "character";
            case "bpchar[]" -> "character[]";
            case "\"bit\"" -> "bit";
            case "\"bit\"[]" -> "bit[]";
            default -> sql;
        };
    }

    static boolean isArray(String type) {
        return type.endsWith(ARRAY);
    }

    static String element(String type) {
        return type.substring(0, type.length() - ARRAY.length());
    }

    /** The kind of JSON value; empty where any will do. */
    static Optional<String> kind(String type) {
        return switch (type) {
            case "boolean" -> Optional.of("boolean");
            case "smallint", "integer", "bigint" -> Optional.of("integer");
            case "numeric", "real", "double precision" -> Optional.of("number");
            case "json", "jsonb" -> Optional.empty();
            default -> Optional.of(isArray(type) ? "array" : "string");
        };
    }

    static String format(String type) {
        return switch (type) {
            case "smallint", "integer" -> "int32";
            case "bigint" -> "int64";
            default -> type;
        };
    }
}
