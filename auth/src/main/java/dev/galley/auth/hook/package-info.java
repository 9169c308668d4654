/** Code of the project's own that sign-in asks: SQL functions and signed HTTP requests. */
@NullMarked
package dev.galley.auth.hook;

import org.jspecify.annotations.NullMarked;
