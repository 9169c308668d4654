/** Being the OAuth 2.1 and OpenID Connect provider of other applications; {@link dev.galley.auth.provider.OAuthServer} is its start. */
@NullMarked
package dev.galley.auth.provider;

import org.jspecify.annotations.NullMarked;
