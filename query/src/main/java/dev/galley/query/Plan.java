package dev.galley.query;

/** How a query of one shape is answered: its SQL and how its rows are printed. Immutable and shared. */
public interface Plan {

    /** Whether it may run in a transaction that refuses writes. */
    boolean readOnly();

    /** Whether the work is small whatever the data, so that it may share a connection (the express lane). */
    boolean bounded(Bindings bindings);

    /** The one statement, for tests and logs; holds no values. */
    String sql();

    /** Begins one execution. The execution owns a buffer: it ends by {@link Execution#result} or {@link Execution#discard}. */
    default Execution start(Bindings bindings, Representation representation, int maxBytes) {
        return start(bindings, representation, maxBytes, maxBytes);
    }

    /** @param reserved the most bytes of memory that are taken before rows come; of many executions at once most stay small */
    Execution start(Bindings bindings, Representation representation, int maxBytes, int reserved);
}
