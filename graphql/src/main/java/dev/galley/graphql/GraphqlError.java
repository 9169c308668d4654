package dev.galley.graphql;

import java.util.List;
import java.util.Optional;

/**
 * Why a request, or a field of it, has no answer.
 *
 * @param code for {@code extensions.code}
 * @param path of response keys, where one field is to blame
 * @param status of HTTP, where the request is none of GraphQL's or is not taken; else it follows from how far it came
 * @param retry whether the same request may be taken a little later
 */
record GraphqlError(String message, String code, Optional<List<String>> path, Optional<Integer> status, boolean retry) {
    static final String BAD_REQUEST = "BAD_REQUEST";
    static final String PARSE_FAILED = "GRAPHQL_PARSE_FAILED";
    static final String VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED";
    static final String BAD_USER_INPUT = "BAD_USER_INPUT";
    static final String TOO_COMPLEX = "QUERY_TOO_COMPLEX";
    static final String UNAUTHENTICATED = "UNAUTHENTICATED";
    static final String INTERNAL = "INTERNAL_SERVER_ERROR";
    static final String PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND";
    static final String PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED";

    GraphqlError(String message, String code, Optional<List<String>> path) {
        this(message, code, path, Optional.empty(), false);
    }

    static GraphqlError of(String code, String message) {
        return new GraphqlError(message, code, Optional.empty());
    }

    static GraphqlError input(String message) {
        return of(BAD_USER_INPUT, message);
    }

    /** Of a request that is none of GraphQL's. */
    static GraphqlError request(int status, String message) {
        return of(BAD_REQUEST, message).status(status);
    }

    GraphqlError status(int status) {
        return new GraphqlError(message, code, path, Optional.of(status), retry);
    }

    GraphqlError retryable() {
        return new GraphqlError(message, code, path, status, true);
    }

    /** The same, of the field with that response key. */
    GraphqlError at(String key) {
        return new GraphqlError(message, code, Optional.of(List.of(key)), status, retry);
    }

    GraphqlException thrown() {
        return new GraphqlException(List.of(this));
    }
}
