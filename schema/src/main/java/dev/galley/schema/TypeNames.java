package dev.galley.schema;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the table of names under which a cast may ask for a type. */
final class TypeNames {

    /** Names that only PostgreSQL's grammar knows, and what they stand for. */
    private static final Map<String, String> GRAMMAR =
            Map.of("int", "int4", "decimal", "numeric", "dec", "numeric", "float", "float8", "char", "character");

    private TypeNames() {}

    static Map<String, Type> of(TypeCatalog catalog, List<String> searchPath) {
        Map<String, Type> names = new HashMap<>();
        Map<String, Type> bare = new HashMap<>();
        Set<String> ambiguous = new HashSet<>();
        for (int oid : catalog.nameable()) {
            Type type = catalog.type(oid);
            if (type.kind() == Type.Kind.PSEUDO) {
                continue;
            }
            names.put(type.sql(), type);
            String standard = catalog.standardSql(oid);
            if (!standard.equals(type.sql())) {
                names.put(standard, withSql(type, standard));
            }
            String schema = type.name().schema();
            boolean system = schema.equals("pg_catalog");
            if (system || searchPath.contains(schema)) {
                Type other = bare.get(bareName(type));
                if (other == null || system) {
                    bare.put(bareName(type), type);
                } else if (!other.name().schema().equals("pg_catalog")) {
                    ambiguous.add(bareName(type));
                }
            }
        }
        // PostgreSQL looks into pg_catalog before the search path.
        bare.forEach((name, type) -> {
            if (!ambiguous.contains(name) || type.name().schema().equals("pg_catalog")) {
                names.putIfAbsent(name, type);
                if (type.kind() == Type.Kind.ARRAY) {
                    names.putIfAbsent(type.name().name(), type);
                }
            }
        });
        GRAMMAR.forEach((alias, name) -> {
            for (String suffix : List.of("", "[]")) {
                Type type = names.get(name + suffix);
                if (type != null) {
                    names.put(alias + suffix, type);
                }
            }
        });
        return Map.copyOf(names);
    }

    private static String bareName(Type type) {
        return type.kind() == Type.Kind.ARRAY && type.base().isPresent()
                ? type.base().get().name().name() + "[]"
                : type.name().name();
    }

    private static Type withSql(Type type, String sql) {
        return new Type(
                type.oid(),
                type.name(),
                type.kind(),
                sql,
                type.base(),
                type.labels(),
                type.attributes(),
                type.jsonCast(),
                type.representation());
    }
}
