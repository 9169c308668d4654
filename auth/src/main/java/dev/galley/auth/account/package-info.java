/** Users, identities, sessions and one-time tokens as they stand in the schema {@code auth}: all SQL of the service. */
@NullMarked
package dev.galley.auth.account;

import org.jspecify.annotations.NullMarked;
