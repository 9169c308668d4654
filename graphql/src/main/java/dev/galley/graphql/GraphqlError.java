package dev.galley.graphql;

import java.util.List;
import java.util.Optional;

/**
 * Why a request, or a field of it, has no answer.
 *
 * @param code for {@code extensions.code}
 * @param path of response keys, where one field is to blame
 */
record GraphqlError(String message, String code, Optional<List<String>> path) {
    static final String BAD_REQUEST = "BAD_REQUEST";
    static final String PARSE_FAILED = "GRAPHQL_PARSE_FAILED";
    static final String VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED";
    static final String BAD_USER_INPUT = "BAD_USER_INPUT";
    static final String TOO_COMPLEX = "QUERY_TOO_COMPLEX";
    static final String UNAUTHENTICATED = "UNAUTHENTICATED";
    static final String INTERNAL = "INTERNAL_SERVER_ERROR";

    static GraphqlError of(String code, String message) {
        return new GraphqlError(message, code, Optional.empty());
    }

    static GraphqlError input(String message) {
        return of(BAD_USER_INPUT, message);
    }

    GraphqlException thrown() {
        return new GraphqlException(List.of(this));
    }
}
