package dev.galley.query;

import java.util.List;
import java.util.Optional;

/**
 * A query as SQL, for one {@link Output}.
 *
 * <p>The columns of a row stand in this order: when {@code counted} a mark that the row is one of the page and the total, then those that
 * are printed, then the keys.
 *
 * @param counted whether each row carries the total; a page without rows then has one row without the mark
 * @param keys the names of the primary key's columns, when a write has to tell them
 * @param estimate a statement that gives the planner's idea of the total
 * @param runs the query that is run, if any is
 */
record Compiled(
        String sql,
        Parameters parameters,
        Shape shape,
        List<Printed> columns,
        boolean counted,
        List<String> keys,
        Optional<Estimate> estimate,
        Optional<String> runs) {

    Compiled(
            String sql,
            Parameters parameters,
            Shape shape,
            List<Printed> columns,
            boolean counted,
            List<String> keys,
            Optional<Estimate> estimate) {
        this(sql, parameters, shape, columns, counted, keys, estimate, Optional.of(sql));
    }

    /** The plan of this statement instead of its rows, and beside it one that tells what it touches. */
    Compiled explained(Explained how) {
        Estimate touched = new Estimate(Explained.DETAIL + sql, parameters, true, 0);
        return new Compiled(
                how.prefix() + sql,
                parameters,
                Shape.PLAN,
                List.of(),
                false,
                List.of(),
                Optional.of(touched),
                how.options().contains(Explained.Option.ANALYZE) ? Optional.of(sql) : Optional.empty());
    }

    boolean prints() {
        return shape != Shape.COUNT && shape != Shape.SILENT;
    }

    /** What the rows are. */
    enum Shape {
        /** An array of objects. */
        ROWS,
        /** One object. */
        ROW,
        /** An array of bare values. */
        VALUES,
        /** One bare value. */
        VALUE,
        /** Nothing to print: one row holds the number of rows written. */
        COUNT,
        /** Nothing to print: the rows are counted. */
        SILENT,
        /** One row with the whole answer: the total, the number of rows, and the body. */
        WHOLE,
        /** Lines of an EXPLAIN. */
        PLAN
    }

    /** For which way of printing the columns were chosen. */
    enum Output implements Form {
        JSON,
        /** Nested nulls are stripped by PostgreSQL, those of the row itself while printing. */
        STRIPPED,
        /** Every column is PostgreSQL's own text. */
        CSV
    }

    /** A column to print. */
    static final class Printed {
        private final String name;
        private final byte[] key;
        private final WireForm form;

        Printed(String name, WireForm form) {
            this.name = name;
            this.key = JsonPrinter.key(name);
            this.form = form;
        }

        String name() {
            return name;
        }

        /** The name as a JSON key with its colon. */
        byte[] key() {
            return key;
        }

        WireForm form() {
            return form;
        }
    }

    /** @param always whether it is the total itself; else only when more rows were counted than the threshold */
    record Estimate(String sql, Parameters parameters, boolean always, long threshold) {
        /** Rows that are counted exactly when there is no cap of rows to go by. */
        static final long DEFAULT_THRESHOLD = 1000;
    }
}
