/** Messages to users: written in the transaction that they tell about, sent after it. */
@NullMarked
package dev.galley.auth.mail;

import org.jspecify.annotations.NullMarked;
