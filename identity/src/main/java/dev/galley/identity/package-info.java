/**
 * In charge of who calls: API keys, JSON Web Tokens, the role and the claims that follow from them
 * ({@link dev.galley.identity.Authenticator}), and of the roles, policy functions and safe defaults that the database needs
 * for that ({@link dev.galley.identity.PlatformDecision}). Knows no HTTP server and no rows of users.
 */
@NullMarked
package dev.galley.identity;

import org.jspecify.annotations.NullMarked;
