package dev.galley.rest;

import dev.galley.http.EntityTags;
import dev.galley.identity.Caller;
import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * A request as far as this service reads it.
 *
 * @param method in upper case
 * @param path behind the prefix of the service, as it came
 * @param body empty when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy of a large body would cost
record RestRequest(
        String method,
        String path,
        Target target,
        QueryString query,
        MultiMap headers,
        Preferences preferences,
        Caller caller,
        byte[] body) {

    String role() {
        return caller.role();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Whether a PUT may make a row but not change one. */
    boolean createsOnly() {
        return header("If-None-Match")
                .map(EntityTags::parse)
                .filter(EntityTags::any)
                .isPresent();
    }

    String bodyType() {
        return MediaTypes.ofBody(header("Content-Type"));
    }
}
