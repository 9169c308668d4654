package dev.galley.query.document;

import dev.galley.postgres.Statement;
import dev.galley.query.Bindings;
import dev.galley.query.Parameters;
import dev.galley.query.Value;
import java.util.List;
import java.util.Optional;

/**
 * How documents of one shape are answered. Immutable and shared.
 *
 * @param bounded whether the work is small whatever the data
 */
public record DocumentPlan(List<Part> parts, boolean readOnly, boolean bounded) {

    /**
     * A statement that gives one row.
     *
     * @param keys of its columns, each the JSON of one member; behind those of a change stands the number of rows changed
     * @param atMost how many that may be
     * @param deletes whether they are deleted
     */
    public record Part(List<String> keys, String sql, Bound values, Optional<Value> atMost, boolean deletes) {
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
