package dev.galley.auth.oauth;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a provider speaks.
 *
 * @param issuers who its ID tokens may be from
 * @param discovery the address whose {@code /.well-known/openid-configuration} names endpoints and keys
 * @param authorize where users are sent; empty for the one that discovery names
 * @param token where codes are redeemed; likewise
 * @param profile what tells about the user; empty where the ID token does
 * @param profileInToken where in the answer with the tokens the user is described
 * @param emails a further list of addresses
 * @param pkce whether it takes a code challenge
 * @param nonce whether its ID tokens repeat the nonce
 * @param basic whether the client secret goes into the header and not into the form
 * @param proof whether its profile wants the access token signed with the client secret
 * @param tenants whether it speaks for many issuers, as Azure does
 * @param custom whether an administrator added it, so that its addresses are to be guarded
 */
record ProviderSpec(
        List<String> issuers,
        Optional<String> discovery,
        Optional<String> authorize,
        Optional<String> token,
        Optional<String> profile,
        Optional<String> profileInToken,
        Optional<String> emails,
        List<String> scopes,
        Map<String, String> params,
        Map<String, String> headers,
        boolean pkce,
        boolean nonce,
        boolean basic,
        boolean proof,
        boolean tenants,
        boolean custom,
        ProfileMapping mapping) {

    /** Whether users are known by an ID token and not by a profile. */
    boolean byIdToken() {
        return profile.isEmpty() && profileInToken.isEmpty();
    }
}
