package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.Column;
import dev.galley.schema.Relation;
import java.util.LinkedHashMap;
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
 * @param serials the columns that a sequence of their own fills
 * @param extensions that its schema has
 */
record Table(
        Relation relation,
        String type,
        List<String> key,
        Map<String, Column> fields,
        int maxRows,
        Set<String> serials,
        Set<Extension> extensions,
        Directives directives,
        Rights.OfRelation rights,
        Naming naming) {

    /** {@code accountCollection}, {@code accountByPk} */
    String fieldName(String suffix) {
        return Naming.lowerFirst(type) + suffix;
    }

    boolean insertable() {
        return relation.insertable() && !insertFields().isEmpty();
    }

    boolean updatable() {
        return relation.updatable() && !updateFields().isEmpty();
    }

    /** The columns that a new row may be given, by field. */
    Map<String, Column> insertFields() {
        // Who may say what becomes of a row that is there already has to be able to say which.
        return writable(rights.insert(), has(Extension.UPSERTS));
    }

    boolean has(Extension extension) {
        return extensions.contains(extension);
    }

    /** The columns that may be changed, by field. */
    Map<String, Column> updateFields() {
        return writable(rights.update(), false);
    }

    boolean deletable() {
        return relation.deletable() && rights.delete();
    }

    /** @param all with those that a sequence of their own fills */
    private Map<String, Column> writable(Set<String> granted, boolean all) {
        Map<String, Column> writable = new LinkedHashMap<>();
        fields.forEach((name, column) -> {
            if (column.writable() && granted.contains(column.name()) && (all || !serials.contains(column.name()))) {
                writable.put(name, column);
            }
        });
        return writable;
    }

    Optional<String> description() {
        return directives.text("description");
    }
}
