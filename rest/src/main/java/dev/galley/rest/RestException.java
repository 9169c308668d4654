package dev.galley.rest;

/** Carries a {@link RestError} up to the place that answers it. */
final class RestException extends RuntimeException {
    private final transient RestError error;

    RestException(RestError error) {
        super(error.getClass().getSimpleName(), null, false, false);
        this.error = error;
    }

    RestError error() {
        return error;
    }
}
