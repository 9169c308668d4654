/**
 * In charge of the edge: the HTTP server, limits, CORS, request ids, the access log, health and metrics, and the
 * {@link dev.galley.http.Service} interface that every capability implements. Knows no dialect.
 */
@NullMarked
package dev.galley.http;

import org.jspecify.annotations.NullMarked;
