package dev.galley.live;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks types up in the catalog; what was looked up once is kept as long as the object. Blocking; confined to one thread. */
final class ValueTypes {
    /** Deterministic collations compare bytes; others are left to PostgreSQL. */
    private static final Set<String> EXACT = Set.of("text", "varchar", "name", "uuid", "date", "time", "char");

    private static final int DEEPEST = 20;

    private static final String TYPE = """
        select t.typname, t.typtype, t.typcategory, t.typelem, t.typbasetype, t.typrelid,
               coalesce((select e.typdelim from pg_catalog.pg_type e where e.oid = t.typelem), ','),
               t.typnamespace = 'pg_catalog'::regnamespace,
               t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc
          from pg_catalog.pg_type t where t.oid = ?\
        """;

    private static final String FIELDS = """
        select attname, atttypid from pg_catalog.pg_attribute
         where attrelid = ? and attnum > 0 and not attisdropped order by attnum\
        """;

    private final Map<Integer, ValueType> known = new HashMap<>();

    ValueType of(Connection connection, int oid) throws SQLException {
        return of(connection, oid, 0);
    }

    private ValueType of(Connection connection, int oid, int depth) throws SQLException {
        ValueType type = known.get(oid);
        if (type == null) {
            type = depth > DEEPEST ? ValueType.Plain.OTHER : read(connection, oid, depth);
            known.put(oid, type);
        }
        return type;
    }

    private ValueType read(Connection connection, int oid, int depth) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(TYPE)) {
            query.setInt(1, oid);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return ValueType.Plain.OTHER;
                }
                String name = row.getString(1);
                boolean builtIn = row.getBoolean(8);
                if (row.getBoolean(9) && row.getString(3).equals("A")) {
                    return new ValueType.Array(
                            of(connection, row.getInt(4), depth + 1),
                            row.getString(7).charAt(0));
                }
                return switch (row.getString(2)) {
                    case "d" -> of(connection, row.getInt(5), depth + 1);
                    case "e" -> ValueType.Plain.EXACT;
                    case "c" -> composite(connection, row.getInt(6), depth);
                    default -> builtIn ? plain(name) : ValueType.Plain.OTHER;
                };
            }
        }
    }

    private ValueType composite(Connection connection, int relation, int depth) throws SQLException {
        List<ValueType.Composite.Field> fields = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(FIELDS)) {
            query.setInt(1, relation);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    fields.add(new ValueType.Composite.Field(
                            rows.getString(1), of(connection, rows.getInt(2), depth + 1)));
                }
            }
        }
        return new ValueType.Composite(List.copyOf(fields));
    }

    private static ValueType plain(String name) {
        return switch (name) {
            case "bool" -> ValueType.Plain.BOOLEAN;
            case "int2", "int4", "int8", "oid" -> ValueType.Plain.INTEGER;
            case "numeric" -> ValueType.Plain.NUMERIC;
            case "float4", "float8" -> ValueType.Plain.FLOAT;
            case "json", "jsonb" -> ValueType.Plain.JSON;
            case "bytea" -> ValueType.Plain.BYTES;
            case "timestamp" -> ValueType.Plain.TIMESTAMP;
            case "timestamptz" -> ValueType.Plain.TIMESTAMPTZ;
            default -> EXACT.contains(name) ? ValueType.Plain.EXACT : ValueType.Plain.OTHER;
        };
    }
}
