/** Requests and replies of the service, apart from the server that carries them. */
@NullMarked
package dev.galley.auth.edge;

import org.jspecify.annotations.NullMarked;
