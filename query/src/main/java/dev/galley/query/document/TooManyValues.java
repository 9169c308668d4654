package dev.galley.query.document;

/** A statement has more values than PostgreSQL's protocol can carry. */
public final class TooManyValues extends RuntimeException {
    /** A count of two bytes in the message Bind. */
    static final int MOST = 65_535;

    TooManyValues() {
        super("more than " + MOST + " values", null, false, false);
    }
}
