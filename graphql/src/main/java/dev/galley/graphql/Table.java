package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.Column;
import dev.galley.schema.Relation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A relation as a GraphQL type.
 *
 * @param type its name
 * @param key the columns that name a row
 * @param fields the columns that have a field, by its name, in the order of the table
 * @param maxRows the most rows of a page
 */
record Table(
        Relation relation,
        String type,
        List<String> key,
        Map<String, Column> fields,
        int maxRows,
        Directives directives,
        Rights.OfRelation rights,
        Naming naming) {

    /** {@code accountCollection}, {@code accountByPk} */
    String fieldName(String suffix) {
        return Naming.lowerFirst(type) + suffix;
    }

    boolean insertable() {
        return relation.insertable() && writable(rights.insert());
    }

    boolean updatable() {
        return relation.updatable() && writable(rights.update());
    }

    boolean deletable() {
        return relation.deletable() && rights.delete();
    }

    private boolean writable(Set<String> columns) {
        return relation.columns().values().stream()
                .anyMatch(column -> column.writable() && columns.contains(column.name()));
    }

    Optional<String> description() {
        return directives.text("description");
    }
}
