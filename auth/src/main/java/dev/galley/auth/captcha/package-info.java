/** Proof that a person asks, by a service of others. */
@NullMarked
package dev.galley.auth.captcha;

import org.jspecify.annotations.NullMarked;
