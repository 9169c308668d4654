/** Requests and answers of the service, and the way between the event loop and the virtual threads that answer. */
@NullMarked
package dev.galley.storage.edge;

import org.jspecify.annotations.NullMarked;
