/** All settings of the service together. */
@NullMarked
package dev.galley.auth.config;

import org.jspecify.annotations.NullMarked;
