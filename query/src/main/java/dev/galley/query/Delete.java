package dev.galley.query;

import dev.galley.schema.QualifiedName;

/** Removed rows: those that match. */
public record Delete(QualifiedName relation, Filter filter, Returning returning) implements Query {}
