/** The endpoints: what happens when somebody signs up, signs in, confirms, recovers. */
@NullMarked
package dev.galley.auth.flow;

import org.jspecify.annotations.NullMarked;
