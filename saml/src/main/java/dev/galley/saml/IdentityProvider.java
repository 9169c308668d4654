package dev.galley.saml;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An identity provider as its metadata describes it.
 *
 * @param signOn where users are sent with a question (binding HTTP-Redirect)
 * @param certificates with whose keys its answers may be signed; only the keys count, not the dates
 * @param validUntil when the metadata themselves expire
 * @param cacheDuration how long they may be kept without asking again
 */
public record IdentityProvider(
        String entityId,
        URI signOn,
        List<X509Certificate> certificates,
        Optional<Instant> validUntil,
        Optional<Duration> cacheDuration) {

    /** Whether its metadata should be fetched again when they were fetched then. */
    public boolean stale(Instant fetched, Duration refresh, Instant now) {
        if (validUntil.isEmpty() && cacheDuration.isEmpty()) {
            return !now.isBefore(fetched.plus(refresh));
        }
        return validUntil.filter(end -> !now.isBefore(end)).isPresent()
                || cacheDuration
                        .filter(life -> !now.isBefore(fetched.plus(life)))
                        .isPresent();
    }
}
