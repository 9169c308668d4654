/**
 * Sign-in by other providers: OAuth 2 and OpenID Connect. How each provider speaks is data ({@code providers.json} and the rows of
 * {@code auth.custom_oauth_providers}); who may sign in as whom is decided in {@link dev.galley.auth.oauth.Linking} alone.
 */
@NullMarked
package dev.galley.auth.oauth;

import org.jspecify.annotations.NullMarked;
