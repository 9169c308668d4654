/**
 * A SAML 2.0 service provider: what an identity provider says about itself, the question that is sent to it, and whether to believe
 * its answer. Starts at {@link dev.galley.saml.ServiceProvider}. Signatures and encryption are Apache Santuario's; what is in this
 * package decides which of them are good enough, and reads nothing but what was signed. Knows no users and keeps nothing.
 */
@NullMarked
package dev.galley.saml;

import org.jspecify.annotations.NullMarked;
