package dev.galley.auth.webauthn;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks for credentials.
 *
 * @param id the domain that they are bound to
 * @param name as authenticators show it
 * @param origins of the pages that may ask
 */
record RelyingParty(String id, String name, List<String> origins) {
    private static final String LOCALHOST = "localhost";
    /** Browsers bind credentials to domains only, never to addresses. */
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", LOCALHOST);

    static RelyingParty of(WebAuthnSettings settings, URI siteUrl) {
        String host = Optional.ofNullable(siteUrl.getHost()).orElse(LOCALHOST).toLowerCase(Locale.ROOT);
        boolean here = LOOPBACK.contains(host);
        String id = settings.partyId().orElse(here ? LOCALHOST : host);
        List<String> origins = settings.origins();
        if (origins.isEmpty()) {
            origins =
                    here ? List.of(origin(siteUrl, host), origin(siteUrl, LOCALHOST)) : List.of(origin(siteUrl, host));
        }
        return new RelyingParty(id, settings.partyName().orElse(id), origins);
    }

    private static String origin(URI url, String host) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + host + port;
    }
}
