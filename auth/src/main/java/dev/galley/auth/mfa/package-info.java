/** Second factors: one class per endpoint, and the proofs that they ask for. */
@NullMarked
package dev.galley.auth.mfa;

import org.jspecify.annotations.NullMarked;
