/**
 * In charge of what is in the database: {@link dev.galley.schema.SchemaModel}, an immutable snapshot read from the
 * catalog by {@link dev.galley.schema.CatalogLoader} and swapped whole by {@link dev.galley.schema.LiveSchemaCache} when the
 * database changes. Starts at {@link dev.galley.schema.SchemaCache}. Must not touch rows of users' tables.
 */
@NullMarked
package dev.galley.schema;

import org.jspecify.annotations.NullMarked;
