/**
 * Signing in by the identity provider of an organisation. {@link dev.galley.auth.sso.Sso} puts the package together; the protocol
 * itself is in {@link dev.galley.saml}, which nothing loads before somebody uses it.
 */
@NullMarked
package dev.galley.auth.sso;

import org.jspecify.annotations.NullMarked;
