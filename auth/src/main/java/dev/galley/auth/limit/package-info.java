/** How often what may be tried. */
@NullMarked
package dev.galley.auth.limit;

import org.jspecify.annotations.NullMarked;
