/**
 * In charge of putting the house together: settings, wiring, the command line, packaging. Sees every other module.
 */
@NullMarked
package dev.galley.server;

import org.jspecify.annotations.NullMarked;
