/** What the holder of the service key may do with users. */
@NullMarked
package dev.galley.auth.admin;

import org.jspecify.annotations.NullMarked;
