package dev.galley.identity;

import java.util.Optional;

/** Decides who calls from what a request carries. Safe on an event loop: it never blocks. */
public interface Authenticator {

    /**
     * @param authorization the header {@code Authorization} as it came
     * @param apikey the header {@code apikey}, or the query parameter of that name where a protocol has no headers
     */
    Identified identify(Optional<String> authorization, Optional<String> apikey);
}
