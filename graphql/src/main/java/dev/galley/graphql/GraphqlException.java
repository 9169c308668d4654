package dev.galley.graphql;

import java.util.List;

/** Ends a request before anything is done. */
final class GraphqlException extends RuntimeException {
    private final transient List<GraphqlError> errors;

    GraphqlException(List<GraphqlError> errors) {
        super(errors.getFirst().message(), null, false, false);
        this.errors = List.copyOf(errors);
    }

    List<GraphqlError> errors() {
        return errors;
    }
}
