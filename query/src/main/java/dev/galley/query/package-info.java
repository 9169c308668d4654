/**
 * In charge of what is wanted, as data ({@link dev.galley.query.Query}), and of the one SQL statement that answers it.
 * A {@link dev.galley.query.Query} holds names and operators only; values travel beside it as
 * {@link dev.galley.query.Bindings}, so that equal shapes share one plan. Knows no HTTP.
 */
@NullMarked
package dev.galley.query;

import org.jspecify.annotations.NullMarked;
