package dev.galley.query;

/** A statement that runs before the one whose rows are printed, in the same transaction. */
record Prepared(String sql, Parameters parameters) {}
