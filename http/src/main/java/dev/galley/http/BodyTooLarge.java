package dev.galley.http;

/** A request body was over its limit. The edge has answered already; a service only has to let go. */
public final class BodyTooLarge extends RuntimeException {
    BodyTooLarge() {
        super("the request body is over its limit", null, false, false);
    }
}
