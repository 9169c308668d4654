/** Where the bytes lie: one interface, and a class for each kind of place. */
@NullMarked
package dev.galley.storage.backend;

import org.jspecify.annotations.NullMarked;
