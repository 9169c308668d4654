/**
 * In charge of telling what has been committed: {@link dev.galley.postgres.changes.ChangeStream} gives every change of the
 * published tables and every logical message in the order of the commits, each with a {@link dev.galley.postgres.changes.Position}
 * from which a reader can go on later. What is lost is said ({@link dev.galley.postgres.changes.Change.Gap}), never passed over.
 * Knows nothing of subscribers' rights: who is told what is decided above.
 */
@NullMarked
package dev.galley.postgres.changes;

import org.jspecify.annotations.NullMarked;
