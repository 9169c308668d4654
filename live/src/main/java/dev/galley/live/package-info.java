/**
 * In charge of telling callers which rows have changed, as far as each may see them: {@link dev.galley.live.LiveRows} matches the
 * {@linkplain dev.galley.postgres.changes.ChangeStream stream of changes} with what callers wish to hear, has the database check
 * row level security once for each group of callers whom the policies cannot tell apart, and prints the change in the shape of
 * {@code postgres_changes}. Knows no sockets and no channels.
 */
@NullMarked
package dev.galley.live;

import org.jspecify.annotations.NullMarked;
