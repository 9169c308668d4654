/**
 * In charge of doing a write once per key: the answer is kept in the transaction of the effect. Starts at {@link
 * IdempotentWrite}; the dialects read the header and print the answers. Must not know what is written.
 */
@NullMarked
package dev.galley.postgres.idempotency;

import org.jspecify.annotations.NullMarked;
