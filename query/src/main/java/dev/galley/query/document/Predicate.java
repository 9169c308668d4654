package dev.galley.query.document;

import dev.galley.query.Value;
import java.util.List;

/** Which rows. Columns are names of the relation that is read. */
public sealed interface Predicate {

    /** All of them hold; nothing is required by none. */
    record All(List<Predicate> of) implements Predicate {}

    /** One of them holds; none of none does. */
    record Any(List<Predicate> of) implements Predicate {}

    record Not(Predicate of) implements Predicate {}

    /** @param value text form of the column's type */
    record Compare(String column, Operator operator, Value value) implements Predicate {}

    /** @param values text form of an array of the column's type */
    record OneOf(String column, Value values) implements Predicate {}

    record IsNull(String column, boolean wanted) implements Predicate {}

    /** Whether there is a related row that the condition holds for. */
    record Some(Source source, Predicate where) implements Predicate {}

    /** Whether the condition holds for every related row; it does when there are none. */
    record Every(Source source, Predicate where) implements Predicate {}

    enum Operator {
        EQ("="),
        NEQ("<>"),
        LT("<"),
        LTE("<="),
        GT(">"),
        GTE(">="),
        STARTS_WITH("^@"),
        LIKE("like"),
        ILIKE("ilike"),
        REGEX("~"),
        IREGEX("~*"),
        CONTAINS("@>"),
        CONTAINED_BY("<@"),
        OVERLAPS("&&");

        private final String sql;

        Operator(String sql) {
            this.sql = sql;
        }

        String sql() {
            return sql;
        }
    }
}
