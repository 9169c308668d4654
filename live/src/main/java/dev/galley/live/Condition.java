package dev.galley.live;

import java.util.Locale;

/**
 * One condition of a filter: {@code column=op.value}.
 *
 * @param negated whether it begins with {@code not.}
 * @param value for {@link Operator#IN} an array as PostgreSQL writes it: {@code {a,b}}
 */
record Condition(String column, Operator operator, String value, boolean negated) {

    /** With the SQL that compares two values of the column's type. */
    enum Operator {
        EQ("="),
        NEQ("<>"),
        LT("<"),
        LTE("<="),
        GT(">"),
        GTE(">="),
        IN("= any"),
        LIKE("like"),
        ILIKE("ilike"),
        IS("is"),
        MATCH("~"),
        IMATCH("~*"),
        ISDISTINCT("is distinct from");

        private final String sql;

        Operator(String sql) {
            this.sql = sql;
        }

        String sql() {
            return sql;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether it looks for a pattern in a text. */
        boolean pattern() {
            return this == LIKE || this == ILIKE || this == MATCH || this == IMATCH;
        }
    }
}
