/** Who sends SMS: providers with an HTTP interface, as data, and the numbers of testers to whom nothing is sent. */
@NullMarked
package dev.galley.auth.sms;

import org.jspecify.annotations.NullMarked;
