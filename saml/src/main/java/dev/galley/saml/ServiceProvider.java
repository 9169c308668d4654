package dev.galley.saml;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * This side of the protocol: makes questions and judges answers (SAML 2.0 Web Browser SSO Profile).
 *
 * @param entityId the address of the metadata too
 * @param consumer the address that answers are posted to
 * @param credentials the first signs; assertions may be encrypted for any
 * @param encryption whether assertions may come encrypted
 * @param leeway by how much clocks may differ
 * @param maxAge of an answer
 */
public record ServiceProvider(
        String entityId,
        String consumer,
        List<Credential> credentials,
        boolean encryption,
        Duration leeway,
        Duration maxAge) {

    /** An XML document that describes this service provider to identity providers. */
    public byte[] metadata(Optional<Instant> validUntil, Optional<Duration> cacheDuration) {
        return new MetadataPrinter(this).print(validUntil, cacheDuration);
    }

    /**
     * The address at the provider with a signed question.
     *
     * @param id of the question, which the answer repeats
     * @param relayState comes back beside the answer
     * @param nameIdFormat in which the user is to be named; empty leaves it to the provider
     */
    public URI question(
            IdentityProvider provider, String id, String relayState, Optional<String> nameIdFormat, Instant now) {
        return new AuthnRequest(this).address(provider, id, relayState, nameIdFormat, now);
    }

    /**
     * Judges an answer.
     *
     * @param question the id of the question it must be to; empty for an answer that nobody asked for
     * @throws SamlException when it is not believed
     */
    public Assertion judge(byte[] response, IdentityProvider provider, Optional<String> question, Instant now)
            throws SamlException {
        return new Verdict(this, provider, question, now).on(response);
    }

    /** Who says that they have sent this, unproven: to find their metadata. */
    public static String claimedIssuer(byte[] response) throws SamlException {
        return Xml.text(
                Xml.required(Xml.parse(response, "the response").getDocumentElement(), Names.ASSERTION, "Issuer"));
    }
}
