/** Passwords: how they are hashed, verified and judged. */
@NullMarked
package dev.galley.auth.password;

import org.jspecify.annotations.NullMarked;
