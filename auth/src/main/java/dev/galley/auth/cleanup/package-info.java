/** Removes what has expired: sessions, codes, challenges, messages, counters. Starts at {@link dev.galley.auth.cleanup.CleanUp}. */
@NullMarked
package dev.galley.auth.cleanup;

import org.jspecify.annotations.NullMarked;
