/**
 * In charge of the PostgreSQL that Galley carries: {@link dev.galley.postgres.binaries.PackPostgres} runs during the build
 * and leaves two archives and a properties file as resources; nothing of this package runs in the product.
 */
@NullMarked
package dev.galley.postgres.binaries;

import org.jspecify.annotations.NullMarked;
