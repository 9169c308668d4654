/** Why a request is refused, in the words that the clients of the protocol know. */
@NullMarked
package dev.galley.storage.error;

import org.jspecify.annotations.NullMarked;
