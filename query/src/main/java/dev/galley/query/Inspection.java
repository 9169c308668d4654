package dev.galley.query;

import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the database, as the caller, which role that is in the end (a pre-request function may change it) and what it may see
 * of a schema. Confined to an event loop.
 */
public final class Inspection {

    /** How much is asked. */
    public enum Extent {
        /** Only which role it is. */
        ROLE,
        /** What the role has any right to. */
        GRANTED,
        /** All of the schema, whatever the rights. */
        EVERYTHING
    }

    /** @param memberships the oids of the roles whose rights it has, itself included */
    public record Reader(String role, String memberships) {}

    /** Changes of membership announce themselves nowhere, so it is asked each time whose rights the role has. */
    private static final String ROLE = """
            SELECT current_user::text, (
                SELECT pg_catalog.string_agg(oid::text, ' ' ORDER BY oid) FROM pg_catalog.pg_roles
                WHERE pg_catalog.pg_has_role(oid, 'USAGE'))
            """;

    /*
     * A right to insert, update or refer to a column tells its name, a right to delete rows does not. Nothing can be reached
     * without a right to the schema.
     */
    private static final String VISIBLE = """
            WITH asked AS MATERIALIZED (
                SELECT oid, $2::boolean AS everything FROM pg_catalog.pg_namespace
                WHERE nspname = $1::text AND ($2::boolean OR pg_catalog.has_schema_privilege(oid, 'USAGE'))
            ), relations AS MATERIALIZED (
                SELECT c.oid, c.relname,
                    s.everything OR pg_catalog.pg_has_role(c.relowner, 'USAGE')
                        OR pg_catalog.has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') AS whole
                FROM asked s JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
            )
            SELECT 'comment', '', pg_catalog.obj_description(oid, 'pg_namespace') FROM asked
            UNION ALL
            SELECT 'relation', relname::text, CASE WHEN NOT whole THEN pg_catalog.array_to_string(ARRAY(
                SELECT a.attnum FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
                    AND pg_catalog.has_column_privilege(r.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES')), ' ') END
            FROM relations r
            WHERE whole OR pg_catalog.has_table_privilege(oid, 'DELETE, TRUNCATE, TRIGGER')
                OR pg_catalog.has_any_column_privilege(oid, 'SELECT, INSERT, UPDATE, REFERENCES')
            UNION ALL
            SELECT 'routine', p.proname::text, p.proargtypes::text
            FROM asked s JOIN pg_catalog.pg_proc p ON p.pronamespace = s.oid
            WHERE p.prokind = 'f' AND (s.everything OR pg_catalog.has_function_privilege(p.oid, 'EXECUTE'))
            """;

    private final List<TransactionRequest.Step> steps = new ArrayList<>(3);
    private Optional<Reader> reader = Optional.empty();
    private Optional<String> comment = Optional.empty();
    private final Map<String, Optional<Set<Integer>>> relations = new HashMap<>();
    private final Set<String> routines = new HashSet<>();

    Inspection(Optional<String> preRequest, String schema, Extent extent) {
        preRequest.ifPresent(sql -> step(sql, List.of(), row -> {}));
        step(
                ROLE,
                List.of(),
                row -> reader = RowPrinter.first(row)
                        .map(role -> new Reader(role, RowPrinter.after(1, row).orElse(""))));
        if (extent != Extent.ROLE) {
            String everything = Boolean.toString(extent == Extent.EVERYTHING);
            step(
                    VISIBLE,
                    Stream.of(schema, everything)
                            .map(value -> value.getBytes(StandardCharsets.UTF_8))
                            .toList(),
                    this::found);
        }
    }

    private void step(String sql, List<byte[]> parameters, Consumer<ByteBuf> reader) {
        // The statements may run twice; what they say the second time covers the first.
        RowHandler rows = new RowHandler() {
            @Override
            public void row(ByteBuf row) {
                reader.accept(row);
            }

            @Override
            public boolean restart() {
                relations.clear();
                routines.clear();
                return true;
            }
        };
        steps.add(new TransactionRequest.Step(new Statement(sql, List.copyOf(parameters)), rows));
    }

    private void found(ByteBuf row) {
        String name = RowPrinter.after(1, row).orElse("");
        Optional<String> detail = RowPrinter.after(2, row);
        switch (RowPrinter.first(row).orElse("")) {
            case "relation" -> relations.put(name, detail.map(Inspection::positions));
            case "routine" -> routines.add(Visibility.signature(name, detail.orElse("")));
            default -> comment = detail;
        }
    }

    private static Set<Integer> positions(String numbers) {
        return Stream.of(numbers.split(" ", -1))
                .filter(number -> !number.isEmpty())
                .map(Integer::valueOf)
                .collect(Collectors.toUnmodifiableSet());
    }

    public List<TransactionRequest.Step> steps() {
        return steps;
    }

    /** Whether the work is small whatever the schema. */
    public boolean bounded() {
        return steps.size() == 1;
    }

    /** Whose rights held in the end. To be asked when the steps have run. */
    public Reader reader() {
        return reader.orElseThrow();
    }

    /** What is visible; nothing unless it was asked for. */
    public Visibility visibility() {
        return new Visibility(comment, Map.copyOf(relations), Set.copyOf(routines));
    }
}
