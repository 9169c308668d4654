package dev.galley.query.document;

import dev.galley.postgres.Statement;
import dev.galley.query.Bindings;
import dev.galley.query.NestedWrite;
import dev.galley.query.Parameters;
import dev.galley.query.Value;
import java.util.List;
import java.util.Optional;

/**
 * How documents of one shape are answered. Immutable and shared.
 */
public final class DocumentPlan {
    private final List<Part> parts;
    private final boolean readOnly;
    private final Bounds bounds;

    DocumentPlan(List<Part> parts, boolean readOnly, Bounds bounds) {
        this.parts = List.copyOf(parts);
        this.readOnly = readOnly;
        this.bounds = bounds;
    }

    /** Of a document that asks for nothing. */
    public static DocumentPlan nothing() {
        return new DocumentPlan(List.of(), true, Bounds.NONE);
    }

    public List<Part> parts() {
        return parts;
    }

    public boolean readOnly() {
        return readOnly;
    }

    /** Whether the work is small whatever the data. */
    public boolean bounded(Bindings bindings) {
        return bounds.hold(bindings);
    }

    /**
     * A statement that gives one row.
     *
     * @param keys of its columns, each the JSON of one member; behind those of a change stands the number of rows changed
     * @param atMost how many that may be
     * @param deletes whether they are deleted
     * @param before what is written before it
     */
    public record Part(
            List<String> keys,
            String sql,
            Bound values,
            Optional<Value> atMost,
            boolean deletes,
            Optional<NestedWrite> before) {
        /** What runs first, in this order; none gives rows. */
        public List<Statement> before(Bindings bindings) {
            return before.map(write -> write.statements(bindings)).orElse(List.of());
        }

        public Statement statement(Bindings bindings) {
            return new Statement(sql, values.parameters.bind(bindings), Optional.of(sql));
        }
    }

    /** Where the values of a statement's parameters come from. */
    public static final class Bound {
        private final Parameters parameters;

        Bound(Parameters parameters) {
            this.parameters = parameters;
        }
    }
}
