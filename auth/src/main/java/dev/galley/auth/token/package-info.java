/** What a signed-in caller holds: access tokens and refresh tokens. */
@NullMarked
package dev.galley.auth.token;

import org.jspecify.annotations.NullMarked;
