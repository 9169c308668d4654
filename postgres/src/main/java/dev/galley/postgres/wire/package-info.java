/**
 * In charge of the PostgreSQL wire protocol, version 3, on the Vert.x event loop: messages, one connection, pools, cancel.
 * Only what the data path needs: extended protocol, text format, named statements, one Sync per request.
 * See "Frontend/Backend Protocol" in the PostgreSQL manual.
 */
@NullMarked
package dev.galley.postgres.wire;

import org.jspecify.annotations.NullMarked;
