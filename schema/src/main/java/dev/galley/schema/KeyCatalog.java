package dev.galley.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads primary keys, unique constraints, foreign keys and unique indexes as column numbers, those of hidden schemas too,
 * because an exposed view may show the columns of a hidden table.
 */
final class KeyCatalog {

    /*
     * A partitioned table's foreign key has a copy for each partition it points to; those have a parent.
     * A temporal foreign key (PERIOD, version 18) compares ranges by containment, so it is no equality to join on.
     */
    private static final String CONSTRAINTS = """
            select k.conname, k.contype, k.conrelid, k.confrelid, k.conkey::text, k.confkey::text
            from pg_catalog.pg_constraint k
            join pg_catalog.pg_namespace n on n.oid = k.connamespace
            where (k.contype in ('p', 'u') or k.contype = 'f' and k.conparentid = 0)
                and n.nspname not in ('pg_catalog', 'information_schema')
            """;

    private static final String WITHOUT_PERIODS = "and not (k.contype = 'f' and k.conperiod)\n";
    private static final String IN_ORDER = "order by k.conrelid, k.conname";

    private static final String UNIQUE_INDEXES = """
            select i.indrelid, i.indkey::text, i.indnkeyatts
            from pg_catalog.pg_index i
            join pg_catalog.pg_class c on c.oid = i.indrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where i.indisunique and not i.indisprimary and i.indisvalid and i.indpred is null and i.indexprs is null
                and n.nspname = any (?)
            order by i.indexrelid
            """;

    private static final int VERSION_WITH_PERIODS = 180_000;

    /** A foreign key; equal ones are the same one. */
    record ForeignKey(String name, int table, int target, List<Integer> columns, List<Integer> targetColumns) {}

    private final Map<Integer, List<Integer>> primaryKeys = new HashMap<>();
    private final Map<Integer, Set<Set<Integer>>> uniqueConstraints = new HashMap<>();
    private final Map<Integer, List<List<Integer>>> uniqueIndexes = new HashMap<>();
    private final List<ForeignKey> foreignKeys = new ArrayList<>();

    void load(CatalogReader reader, int serverVersion, List<String> schemas) throws SQLException {
        String filter = serverVersion >= VERSION_WITH_PERIODS ? WITHOUT_PERIODS : "";
        reader.each(CONSTRAINTS + filter + IN_ORDER, List.of(), row -> {
            String name = row.text();
            String kind = row.text();
            int table = row.integer();
            int target = row.integer();
            List<Integer> columns = row.numbers();
            if (kind.equals("f")) {
                foreignKeys.add(new ForeignKey(name, table, target, columns, row.numbers()));
                return;
            }
            if (kind.equals("p")) {
                primaryKeys.put(table, columns);
            }
            uniqueConstraints.computeIfAbsent(table, any -> new HashSet<>()).add(reader.once(Set.copyOf(columns)));
        });
        reader.each(UNIQUE_INDEXES, List.of(CatalogReader.texts(schemas)), row -> {
            int table = row.integer();
            List<Integer> columns = row.numbers();
            // The columns after the first indnkeyatts are only carried along (INCLUDE).
            uniqueIndexes.computeIfAbsent(table, any -> new ArrayList<>()).add(columns.subList(0, row.integer()));
        });
    }

    List<ForeignKey> foreignKeys() {
        return foreignKeys;
    }

    List<Integer> primaryKey(int table) {
        return primaryKeys.getOrDefault(table, List.of());
    }

    List<List<Integer>> uniqueIndexes(int table) {
        return uniqueIndexes.getOrDefault(table, List.of());
    }

    /** Whether at most one row of the table has the same values, because its columns are exactly a key. */
    boolean oneToOne(ForeignKey key) {
        return uniqueConstraints.getOrDefault(key.table, Set.of()).contains(Set.copyOf(key.columns));
    }
}
