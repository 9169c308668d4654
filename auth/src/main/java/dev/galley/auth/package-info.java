/**
 * Sign-in: the service {@code auth} at {@code /auth/v1}, in the protocol of Supabase Auth. Users, sessions and everything that
 * limits them live in PostgreSQL, so that any node can answer any request. Blocking code on virtual threads; passwords are hashed
 * on a pool of their own.
 */
@NullMarked
package dev.galley.auth;

import org.jspecify.annotations.NullMarked;
