package dev.galley.schema;

/** Holds the newest {@link SchemaModel}. Reading it never blocks; a reload builds a new one beside it and swaps. */
public interface SchemaCache {
    SchemaModel current();
}
