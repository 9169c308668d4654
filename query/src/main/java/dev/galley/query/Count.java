package dev.galley.query;

/** How the number of all matching rows, before limit and offset, is found. */
public enum Count {
    NONE,
    EXACT,
    /** The planner's estimate. */
    PLANNED,
    /** Exact up to a threshold, the planner's estimate above it. */
    ESTIMATED
}
