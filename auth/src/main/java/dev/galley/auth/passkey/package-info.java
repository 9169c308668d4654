/** Passkeys: their registration, sign-in with one, and what users and administrators do with them. */
@NullMarked
package dev.galley.auth.passkey;

import org.jspecify.annotations.NullMarked;
