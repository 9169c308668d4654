/**
 * In charge of who calls: API keys, JSON Web Tokens, the role and the claims that follow from them.
 * Starts at {@link dev.galley.identity.Authenticator}. Knows no HTTP server and no rows.
 */
@NullMarked
package dev.galley.identity;

import org.jspecify.annotations.NullMarked;
