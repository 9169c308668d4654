package dev.galley.query;

/** The database expects a request to cost more than it may; thrown before what it asks for is run. */
public final class TooCostly extends RuntimeException {
    private final long limit;

    TooCostly(long limit) {
        super("the estimated cost exceeds " + limit, null, false, false);
        this.limit = limit;
    }

    public long limit() {
        return limit;
    }
}
