package dev.galley.storage.edge;

import io.vertx.core.http.HttpMethod;

/**
 * One kind of request.
 *
 * @param operation its name for policies ({@code storage.operation()})
 * @param access who may try it at all
 * @param body how its body is taken
 */
public record Route(
        HttpMethod method, Target.Pattern pattern, String operation, Access access, Body body, Endpoint endpoint) {

    /** Who may try. */
    public enum Access {
        /** Everybody; a caller who is not known has no more than what is public. */
        OPEN,
        /** Whoever has a key or a token. */
        KEY,
        /** The service role. */
        SERVICE
    }

    /** How a body is taken. */
    public enum Body {
        /** It is read and forgotten. */
        NONE,
        /** A JSON object, read as a whole. */
        JSON,
        /** The endpoint reads it as it comes. */
        STREAM
    }

    public static Route of(
            HttpMethod method, String pattern, String operation, Access access, Body body, Endpoint endpoint) {
        return new Route(method, Target.Pattern.of(pattern), operation, access, body, endpoint);
    }
}
