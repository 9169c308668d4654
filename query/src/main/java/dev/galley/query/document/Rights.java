package dev.galley.query.document;

import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Routine;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the database, as the caller, what of some schemas it may use, and for the comments that shape a schema and are not in the
 * model. Confined to an event loop.
 */
public final class Rights {
    private static final int COLUMNS = 5;
    private static final int COUNT_BYTES = 2;
    private static final int LENGTH_BYTES = 4;

    private static final String SQL = """
        WITH asked AS MATERIALIZED (
            SELECT oid, nspname::text FROM pg_catalog.pg_namespace
            WHERE nspname = ANY (CAST($1 AS text[])) AND pg_catalog.has_schema_privilege(oid, 'USAGE')
        )
        SELECT 'schema', nspname, '', pg_catalog.obj_description(oid, 'pg_namespace'), '' FROM asked
        UNION ALL
        SELECT 'relation', s.nspname, c.relname::text,
            pg_catalog.array_to_string(ARRAY[
                pg_catalog.has_table_privilege(c.oid, 'SELECT'),
                pg_catalog.has_table_privilege(c.oid, 'DELETE')]::text[], ' '),
            pg_catalog.array_to_string(ARRAY(
                SELECT pg_catalog.concat(a.attname,
                    chr(1), pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'),
                    chr(1), pg_catalog.has_column_privilege(c.oid, a.attnum, 'INSERT'),
                    chr(1), pg_catalog.has_column_privilege(c.oid, a.attnum, 'UPDATE'))
                FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT, INSERT, UPDATE')), chr(2))
        FROM asked s JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
            AND (pg_catalog.has_table_privilege(c.oid, 'DELETE')
                OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE'))
        UNION ALL
        SELECT 'routine', s.nspname, p.proname::text, p.proargtypes::text,
            pg_catalog.concat(p.pronargdefaults, chr(1), p.prorows = 1, chr(1), pg_catalog.pg_get_expr(p.proargdefaults, 0))
        FROM asked s JOIN pg_catalog.pg_proc p ON p.pronamespace = s.oid
        WHERE p.prokind = 'f' AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
        UNION ALL
        SELECT 'constraint', s.nspname, c.relname::text, k.conname::text, d.description
        FROM asked s JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid
            JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'
            JOIN pg_catalog.pg_description d ON d.objoid = k.oid AND d.classoid = 'pg_catalog.pg_constraint'::regclass
        UNION ALL
        SELECT 'serial', s.nspname, c.relname::text, a.attname::text, ''
        FROM asked s JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid
            JOIN pg_catalog.pg_depend d ON d.refobjid = c.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
                AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
            JOIN pg_catalog.pg_class q ON q.oid = d.objid AND q.relkind = 'S'
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
        UNION ALL
        SELECT 'enum', t.oid::text, t.typname::text, d.description, pg_catalog.has_type_privilege(t.oid, 'USAGE')::text
        FROM asked s JOIN pg_catalog.pg_type t ON t.typnamespace = s.oid AND t.typtype = 'e'
            LEFT JOIN pg_catalog.pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_catalog.pg_type'::regclass
        """;

    /** What may be done with a relation; columns in the order of the table. */
    public record OfRelation(
            boolean wholeRows, boolean delete, Set<String> select, Set<String> insert, Set<String> update) {}

    /**
     * What the model does not have of a function that may be executed.
     *
     * @param oneRow whether it is declared to return one row of its set
     * @param defaults of its last parameters, SQL expressions with commas between
     */
    public record OfRoutine(boolean oneRow, int defaultCount, String defaults) {}

    private final String schemas;
    private final Map<String, Optional<String>> comments = new HashMap<>();
    private final Map<QualifiedName, OfRelation> relations = new HashMap<>();
    private final Map<String, OfRoutine> routines = new HashMap<>();
    private final Map<QualifiedName, Set<String>> serials = new HashMap<>();
    private final Set<Integer> unusable = new HashSet<>();
    private final Set<QualifiedName> names = new HashSet<>();
    private final Map<List<String>, String> constraints = new HashMap<>();
    private final Map<Integer, Optional<String>> enums = new HashMap<>();

    public Rights(List<String> schemas) {
        this.schemas = schemas.stream()
                .map(name -> '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** The same rights, whoever asked for them. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Rights rights
                && rights.schemas.equals(schemas)
                && rights.comments.equals(comments)
                && rights.relations.equals(relations)
                && rights.routines.equals(routines)
                && rights.serials.equals(serials)
                && rights.unusable.equals(unusable)
                && rights.constraints.equals(constraints)
                && rights.enums.equals(enums);
    }

    @Override
    public int hashCode() {
        return Objects.hash(schemas, comments);
    }

    public TransactionRequest.Step step() {
        RowHandler rows = new RowHandler() {
            @Override
            public void row(ByteBuf row) {
                found(row);
            }

            @Override
            public boolean restart() {
                comments.clear();
                relations.clear();
                routines.clear();
                serials.clear();
                unusable.clear();
                names.clear();
                constraints.clear();
                enums.clear();
                return true;
            }
        };
        return new TransactionRequest.Step(new Statement(SQL, List.of(schemas.getBytes(StandardCharsets.UTF_8))), rows);
    }

    private void found(ByteBuf row) {
        String[] cells = new String[COLUMNS];
        int index = row.readerIndex() + COUNT_BYTES;
        boolean described = false;
        for (int i = 0; i < COLUMNS; i++) {
            int length = row.getInt(index);
            index += LENGTH_BYTES;
            cells[i] = length < 0 ? "" : row.toString(index, length, StandardCharsets.UTF_8);
            described |= i == 3 && length >= 0;
            index += Math.max(0, length);
        }
        Optional<String> comment = described ? Optional.of(cells[3]) : Optional.empty();
        switch (cells[0]) {
            case "schema" -> comments.put(cells[1], comment);
            case "relation" -> relations.put(new QualifiedName(cells[1], cells[2]), relation(cells[3], cells[4]));
            case "routine" -> {
                String[] more = cells[4].split("\1", 3);
                routines.put(
                        cells[1] + '.' + cells[2] + '(' + cells[3],
                        new OfRoutine(more[1].equals("t"), Integer.parseInt(more[0]), more[2]));
                names.add(new QualifiedName(cells[1], cells[2]));
            }
            case "serial" ->
                serials.computeIfAbsent(new QualifiedName(cells[1], cells[2]), _ -> new HashSet<>())
                        .add(cells[3]);
            case "constraint" -> constraints.put(List.of(cells[1], cells[2], cells[3]), cells[4]);
            default -> {
                int oid = Integer.parseUnsignedInt(cells[1]);
                enums.put(oid, comment);
                if (cells[4].equals("false")) {
                    unusable.add(oid);
                }
            }
        }
    }

    private static OfRelation relation(String flags, String columns) {
        Set<String> select = new HashSet<>();
        Set<String> insert = new HashSet<>();
        Set<String> update = new HashSet<>();
        Stream.of(columns.split("\2", -1)).filter(text -> !text.isEmpty()).forEach(text -> {
            String[] column = text.split("\1", -1);
            if (column[1].equals("t")) select.add(column[0]);
            if (column[2].equals("t")) insert.add(column[0]);
            if (column[3].equals("t")) update.add(column[0]);
        });
        return new OfRelation(
                flags.startsWith("true"),
                flags.endsWith("true"),
                Set.copyOf(select),
                Set.copyOf(insert),
                Set.copyOf(update));
    }

    /** The schemas that may be used, with their comments. */
    public Map<String, Optional<String>> schemas() {
        return comments;
    }

    public Optional<OfRelation> of(QualifiedName relation) {
        return Optional.ofNullable(relations.get(relation));
    }

    /** Empty for one that may not be executed. */
    public Optional<OfRoutine> of(Routine routine) {
        String types = routine.parameters().stream()
                .map(parameter -> Integer.toUnsignedString(parameter.type().oid()))
                .collect(Collectors.joining(" "));
        return Optional.ofNullable(
                routines.get(routine.name().schema() + '.' + routine.name().name() + '(' + types));
    }

    /** The columns that a sequence of their own fills. */
    public Set<String> serials(QualifiedName relation) {
        return serials.getOrDefault(relation, Set.of());
    }

    /** Whether values of an enum may be written down; unknown ones may. */
    public boolean mayUse(int type) {
        return !unusable.contains(type);
    }

    /** Whether one of the functions of a name may be executed. */
    public boolean mayExecute(QualifiedName function) {
        return names.contains(function);
    }

    /** The comment of a foreign key. */
    public Optional<String> constraint(QualifiedName relation, String name) {
        return Optional.ofNullable(constraints.get(List.of(relation.schema(), relation.name(), name)));
    }

    /** The comments of the enums that lie in the schemas, by oid. */
    public Map<Integer, Optional<String>> enums() {
        return enums;
    }

    /** The columns that may be read, by relation. */
    public Map<QualifiedName, Set<String>> readable() {
        return relations.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, each -> each.getValue().select()));
    }
}
