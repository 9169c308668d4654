/**
 * In charge of figures: side-by-side load runs that compare Galley with PostgreSQL itself in one run.
 */
@NullMarked
package dev.galley.bench;

import org.jspecify.annotations.NullMarked;
