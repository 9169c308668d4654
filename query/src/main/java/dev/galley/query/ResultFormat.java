package dev.galley.query;

/** How the rows of an answer are printed as they come. */
public enum ResultFormat implements Representation {
    /** A JSON array of objects; for a call that returns one row or one scalar, that value alone. */
    JSON,
    /** The same without members that are null. */
    JSON_STRIPPED,
    /** The first row alone, no brackets around it; the dialect checks that it is the only one. */
    JSON_OBJECT,
    JSON_OBJECT_STRIPPED,
    CSV
}
