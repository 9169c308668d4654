package dev.galley.query;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types that the planner itself knows, and how a type is written in a cast. */
public final class Types {
    static final int JSON_OID = 114;
    static final int JSONB_OID = 3802;
    static final int BYTEA_OID = 17;
    static final int TEXT_OID = 25;
    static final int XML_OID = 142;
    static final int TSVECTOR_OID = 3614;
    static final int VOID_OID = 2278;
    private static final int BPCHAR_OID = 1042;
    private static final int BIT_OID = 1560;

    static final Type TEXT = builtIn(TEXT_OID, "text");
    static final Type JSON = builtIn(JSON_OID, "json");
    static final Type JSONB = builtIn(JSONB_OID, "jsonb");
    static final Type BIGINT = builtIn(20, "int8");
    static final Type NUMERIC = builtIn(1700, "numeric");

    /** A type that the model does not have; its values are printed by PostgreSQL. */
    static final Type UNKNOWN = new Type(
            0,
            new QualifiedName("pg_catalog", "unknown"),
            Type.Kind.PSEUDO,
            "unknown",
            Optional.empty(),
            List.of(),
            List.of(),
            false);

    /** Spellings of the SQL grammar that are names of no type in the catalog. */
    private static final Map<String, String> GRAMMAR = Map.of(
            "int", "integer",
            "dec", "numeric",
            "decimal", "numeric",
            "float", "double precision",
            "char", "character",
            "nchar", "character",
            "national character", "character");

    private static final Pattern WITH_MODIFIER =
            Pattern.compile("(.+?) ?\\((\\d{1,9}(?: ?, ?\\d{1,9})?)\\)((?:\\[])*)");

    /** character varying, character, numeric, bit and bit varying: those whose modifier stands behind the name. */
    private static final Set<Integer> MODIFIABLE = Set.of(1043, BPCHAR_OID, 1700, BIT_OID, 1562);

    private Types() {}

    private static Type builtIn(int oid, String name) {
        return new Type(
                oid,
                new QualifiedName("pg_catalog", name),
                Type.Kind.BASE,
                name,
                Optional.empty(),
                List.of(),
                List.of(),
                false);
    }

    static boolean isJson(Type type) {
        int oid = type.underDomains().oid();
        return oid == JSON_OID || oid == JSONB_OID;
    }

    /** The value as callers are to see it: a domain may say so by a cast to json. */
    static Expression shown(Expression value) {
        return value.type()
                .representation()
                .toJson()
                .map(function -> new Expression(function.sql() + "(" + value.sql() + ")", JSON))
                .orElse(value);
    }

    /** A cast that a caller asked for. The name itself never reaches SQL: only that of the model's type does. */
    static Expression cast(Expression expression, String name, SchemaModel schema) {
        Matcher modified = WITH_MODIFIER.matcher(name);
        if (modified.matches()) {
            Type type = find(modified.group(1) + modified.group(3), schema).orElseThrow(() -> unknown(name));
            Type element = type.kind() == Type.Kind.ARRAY ? type.base().orElse(type) : type;
            if (!MODIFIABLE.contains(element.oid())) {
                throw unknown(name);
            }
            String sql = element.sql() + "(" + modified.group(2) + ")" + modified.group(3);
            return new Expression("CAST(" + expression.sql() + " AS " + sql + ")", type);
        }
        Type type = find(name, schema).orElseThrow(() -> unknown(name));
        return new Expression("CAST(" + expression.sql() + " AS " + type.sql() + ")", type);
    }

    /** The type of a result column that the catalog gives as text. */
    static Type named(String typeSql, SchemaModel schema) {
        Matcher modified = WITH_MODIFIER.matcher(typeSql);
        String bare = modified.matches() ? modified.group(1) + modified.group(3) : typeSql;
        return find(bare, schema).orElse(UNKNOWN);
    }

    private static QueryException unknown(String name) {
        return new QueryException(new QueryError.UnknownType(name));
    }

    private static Optional<Type> find(String name, SchemaModel schema) {
        int brackets = name.indexOf("[]");
        String element = brackets < 0 ? name : name.substring(0, brackets);
        String spelled = GRAMMAR.getOrDefault(element, element) + name.substring(element.length());
        return Optional.ofNullable(schema.types().get(spelled));
    }

    /** The type without a modifier: {@code character} and {@code bit} alone would mean a length of one. */
    public static String unmodified(Type type) {
        if (type.kind() == Type.Kind.ARRAY && type.base().isPresent()) {
            return unmodified(type.base().get()) + "[]";
        }
        return switch (type.oid()) {
            case BPCHAR_OID -> "pg_catalog.bpchar";
            case BIT_OID -> "pg_catalog.\"bit\"";
            default -> type.sql();
        };
    }
}
