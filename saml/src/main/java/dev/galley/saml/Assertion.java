package dev.galley.saml;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a provider has signed about a user; every check is done but one, which needs memory: that it has not been seen before.
 *
 * @param id together with the provider it names the assertion
 * @param sessionEnd when the provider wants the session to end
 * @param until the last moment at which it would be believed; from then on it need not be remembered
 */
public record Assertion(
        String id, NameId nameId, List<Attribute> attributes, Optional<Instant> sessionEnd, Instant until) {

    /** @param friendlyName empty when there is none */
    public record Attribute(String name, String friendlyName, List<String> values) {}

    /** Never prints what is known about a person. */
    @Override
    public String toString() {
        return "Assertion[" + id + "]";
    }
}
