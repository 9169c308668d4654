/**
 * In charge of the REST dialect at {@code /rest/v1}: PostgREST requests in, {@link dev.galley.query.Query} out, rows printed back.
 * Holds no SQL. Starts at RestService.
 */
@NullMarked
package dev.galley.rest;

import org.jspecify.annotations.NullMarked;
