/** For the tests of every module: {@link dev.galley.postgres.testkit.TestPostgres}, one real PostgreSQL per JVM. */
@NullMarked
package dev.galley.postgres.testkit;

import org.jspecify.annotations.NullMarked;
