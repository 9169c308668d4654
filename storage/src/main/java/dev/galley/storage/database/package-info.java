/** The one door to the rows: everything is done as the caller, or as the service role where the protocol says so. */
@NullMarked
package dev.galley.storage.database;

import org.jspecify.annotations.NullMarked;
