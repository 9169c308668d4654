package dev.galley.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table, view, materialized view, foreign table or partitioned table.
 *
 * @param columns by name, in the order of the table
 * @param primaryKey the names of its columns in key order; for a view, those columns that carry the base table's key; may be empty
 * @param uniqueKeys the column sets of its unique indexes without the primary key
 * @param selectableBy the roles that may select at least one column (directly, by membership or as PUBLIC), for hints
 * @param partlySelectableBy those of them that were granted columns only, not the whole relation
 */
public record Relation(
        QualifiedName name,
        Kind kind,
        Map<String, Column> columns,
        List<String> primaryKey,
        List<Set<String>> uniqueKeys,
        boolean insertable,
        boolean updatable,
        boolean deletable,
        boolean rowSecurity,
        Set<String> selectableBy,
        Set<String> partlySelectableBy,
        Optional<String> comment) {

    public enum Kind {
        TABLE,
        PARTITIONED_TABLE,
        VIEW,
        MATERIALIZED_VIEW,
        FOREIGN_TABLE
    }

    /** Whether every column may be selected, also those that are added later. */
    public boolean whollySelectableBy(String role) {
        return selectableBy.contains(role) && !partlySelectableBy.contains(role);
    }

    public Optional<Column> column(String column) {
        return Optional.ofNullable(columns.get(column));
    }
}
