package dev.galley.live;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the catalog says of a table: what its rows look like, and who may see what.
 *
 * @param published whether it is in the publication
 * @param secured whether row level security is on
 */
record TableRules(
        int oid,
        String schema,
        String name,
        boolean published,
        boolean secured,
        List<Column> columns,
        Map<String, RoleRules> roles) {

    /** @param sqlType the type as it is written in a cast, with its schema where that is needed */
    record Column(String name, int typeOid, String typeName, String sqlType, ValueType type, boolean key) {}

    /**
     * @param selectable columns that the role may read
     * @param exempt whether row level security does not apply to the role
     * @param claims those that the policies depend on; empty when that cannot be told
     * @param owner a column without whose holding the caller's id no row is seen
     */
    record RoleRules(Set<String> selectable, boolean exempt, Optional<Set<String>> claims, Optional<String> owner) {}

    static TableRules missing(int oid) {
        return new TableRules(oid, "", "", false, true, List.of(), new HashMap<>());
    }

    boolean exists() {
        return !columns.isEmpty();
    }

    Optional<Column> column(String wanted) {
        for (Column each : columns) {
            if (each.name().equals(wanted)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    List<Column> key() {
        return columns.stream().filter(Column::key).toList();
    }
}
