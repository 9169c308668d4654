/** Tokens that open one object to whoever holds them. */
@NullMarked
package dev.galley.storage.sign;

import org.jspecify.annotations.NullMarked;
