package dev.galley.query.document;

import dev.galley.query.Nested;
import dev.galley.query.Value;
import dev.galley.schema.QualifiedName;
import java.util.List;

/**
 * Rows of a relation with rows of related relations inside them.
 *
 * @param columns that the rows of the relation itself have
 * @param json an array of objects, all of them by names of the database
 * @param count how many objects; not part of a statement
 */
public record InsertedTree(
        QualifiedName relation, Value json, Value count, List<String> columns, List<Nested> nested) {}
