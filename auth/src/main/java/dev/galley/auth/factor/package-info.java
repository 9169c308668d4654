/** What second factors are made of: codes, secrets, pictures; nothing of requests. */
@NullMarked
package dev.galley.auth.factor;

import org.jspecify.annotations.NullMarked;
