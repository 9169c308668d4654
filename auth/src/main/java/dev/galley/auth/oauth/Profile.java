package dev.galley.auth.oauth;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a provider says about a user.
 *
 * @param subject who it is to the provider, for ever
 * @param data kept with the identity and shown to the user
 */
record Profile(String subject, Optional<Email> email, ObjectNode data) {

    /** @param verified whether the provider vouches that the address is the user's */
    record Email(String address, boolean verified) {}

    Optional<String> verifiedEmail() {
        return email.filter(Email::verified).map(Email::address);
    }

    /** Never prints what is known about a person. */
    @Override
    public String toString() {
        return "Profile";
    }
}
