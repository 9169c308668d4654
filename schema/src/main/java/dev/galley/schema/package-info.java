/**
 * In charge of what is in the database: {@link dev.galley.schema.SchemaModel}, an immutable snapshot read from the
 * catalog and swapped whole by {@link dev.galley.schema.SchemaCache} when the database changes.
 */
@NullMarked
package dev.galley.schema;

import org.jspecify.annotations.NullMarked;
