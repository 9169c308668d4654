/**
 * In charge of a PostgreSQL: starting an embedded one, reaching an external one, migrations of the platform, and
 * {@link dev.galley.postgres.RequestTransaction}, the one door through which rows are touched for a caller.
 * Knows no tables of users and no HTTP.
 */
@NullMarked
package dev.galley.postgres;

import org.jspecify.annotations.NullMarked;
