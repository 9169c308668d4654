package dev.galley.query;

/**
 * A statement that runs before the one whose rows are printed, in the same transaction.
 *
 * @param asked whether it does something that the caller asked for, whose cost is the caller's; else it only hands values over
 */
record Prepared(String sql, Parameters parameters, boolean asked) {
    Prepared(String sql, Parameters parameters) {
        this(sql, parameters, true);
    }
}
