/** The audit log as a chain: entries are chained after they are committed, verified, shown, and removed when they are old. */
@NullMarked
package dev.galley.auth.audit;

import org.jspecify.annotations.NullMarked;
