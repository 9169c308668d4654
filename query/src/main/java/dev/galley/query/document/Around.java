package dev.galley.query.document;

import dev.galley.schema.Identifiers;
import dev.galley.schema.Relation;

/**
 * A row that an expression is about.
 *
 * @param alias of the table in the statement
 * @param whole the row as a value of its relation's type
 */
record Around(Relation relation, String alias, String whole) {

    static Around table(Relation relation, String alias) {
        return new Around(relation, alias, alias);
    }

    String column(String name) {
        return alias + "." + Identifiers.quote(name);
    }
}
