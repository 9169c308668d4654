/** WebAuthn ceremonies: what authenticators are asked for, and whether their answers hold. */
@NullMarked
package dev.galley.auth.webauthn;

import org.jspecify.annotations.NullMarked;
