package dev.galley.query;

import dev.galley.schema.QualifiedName;

/** Rows of a relation. */
public record Read(QualifiedName from, Selection selection, Count count) implements Query {}
