/**
 * In charge of a PostgreSQL: starting an embedded one, reaching an external one, migrations of the platform, and
 * {@link dev.galley.postgres.RequestTransaction}, the one door through which rows are touched for a caller.
 * Starts at {@link dev.galley.postgres.Postgres#open}; the platform's own work goes through
 * {@link dev.galley.postgres.PlatformDatabase}, its tables are made by {@link dev.galley.postgres.Migrations}.
 * Knows no tables of users and no HTTP.
 */
@NullMarked
package dev.galley.postgres;

import org.jspecify.annotations.NullMarked;
