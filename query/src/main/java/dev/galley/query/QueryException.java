package dev.galley.query;

/** Carries a {@link QueryError} up to the dialect. */
public final class QueryException extends RuntimeException {
    private final transient QueryError error;

    public QueryException(QueryError error) {
        super(error.toString(), null, false, false);
        this.error = error;
    }

    public QueryError error() {
        return error;
    }
}
