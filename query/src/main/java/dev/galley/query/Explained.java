package dev.galley.query;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * PostgreSQL's plan of the statement instead of its rows.
 *
 * @param of the answer whose statement is explained; not itself an explanation
 * @param json whether the plan is JSON, else text
 */
public record Explained(Representation of, boolean json, Set<Option> options) implements Representation {

    /** An option of EXPLAIN. */
    public enum Option {
        ANALYZE,
        VERBOSE,
        SETTINGS,
        BUFFERS,
        WAL
    }

    public Explained {
        options = Set.copyOf(options);
    }

    /** What stands before a statement to learn which relations and functions it touches. */
    static final String DETAIL = "EXPLAIN (FORMAT JSON, VERBOSE) ";

    /** What stands before the statement. */
    String prefix() {
        return new TreeSet<>(options)
                .stream()
                        .map(Option::name)
                        .collect(Collectors.joining(
                                ", ",
                                "EXPLAIN (FORMAT " + (json ? "JSON" : "TEXT") + (options.isEmpty() ? "" : ", "),
                                ") "));
    }
}
