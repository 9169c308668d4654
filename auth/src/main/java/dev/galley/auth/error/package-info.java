/** Why a request is refused, as a value. */
@NullMarked
package dev.galley.auth.error;

import org.jspecify.annotations.NullMarked;
