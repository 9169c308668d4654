package dev.galley.auth.oauth;

import dev.galley.auth.config.ProviderSettings;

/**
 * A provider that users can sign in by.
 *
 * @param name as clients and identities call it
 */
record Provider(String name, ProviderSpec spec, ProviderSettings settings) {
    /** Whether its ID tokens must repeat the nonce that they were asked with. */
    boolean nonceRequired() {
        return spec.nonce() && !settings.skipNonceCheck();
    }

    Outgoing.Reach reach() {
        return spec.custom() ? Outgoing.Reach.CUSTOM : Outgoing.Reach.CONFIGURED;
    }
}
