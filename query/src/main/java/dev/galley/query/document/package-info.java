/**
 * One JSON document as data, and the SQL that answers it: rows with their related rows, pages, aggregates and changes, nested as
 * the caller wants them. PostgreSQL builds the JSON; a document that reads is one statement.
 */
@NullMarked
package dev.galley.query.document;

import org.jspecify.annotations.NullMarked;
