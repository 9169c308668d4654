package dev.galley.live;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A condition on a column of a known type.
 *
 * @param values what it compares with, as PostgreSQL writes them
 */
record Test(Condition condition, TableRules.Column column, List<String> values) {

    /** Whether it can be decided without asking PostgreSQL. */
    boolean decidedHere() {
        return switch (condition.operator()) {
            case IS -> true;
            case EQ, NEQ, IN, ISDISTINCT -> column.type().comparesAsText();
            case LT, LTE, GT, GTE -> column.type() == ValueType.Plain.INTEGER;
            case LIKE, ILIKE, MATCH, IMATCH -> false;
        };
    }

    /** The value that the column has to equal, when that is what the condition says. */
    Optional<String> equal() {
        return condition.operator() == Condition.Operator.EQ
                        && !condition.negated()
                        && column.type().comparesAsText()
                ? Optional.of(values.getFirst())
                : Optional.empty();
    }

    /** By the rules of SQL: a comparison with NULL holds neither as it is nor negated. */
    boolean holds(Optional<String> value) {
        boolean negated = condition.negated();
        return switch (condition.operator()) {
            case IS -> is(value) != negated;
            case ISDISTINCT -> value.filter(values.getFirst()::equals).isEmpty() != negated;
            case EQ, IN -> value.isPresent() && values.contains(value.get()) != negated;
            case NEQ -> value.isPresent() && values.contains(value.get()) == negated;
            case LT, LTE, GT, GTE -> value.isPresent() && compares(value.get()) != negated;
            case LIKE, ILIKE, MATCH, IMATCH -> throw new IllegalStateException("PostgreSQL decides it");
        };
    }

    private boolean is(Optional<String> value) {
        return switch (values.getFirst()) {
            case "true" -> value.equals(Optional.of("t"));
            case "false" -> value.equals(Optional.of("f"));
            default -> value.isEmpty();
        };
    }

    private boolean compares(String value) {
        int order = new BigInteger(value).compareTo(new BigInteger(values.getFirst()));
        return switch (condition.operator()) {
            case LT -> order < 0;
            case LTE -> order <= 0;
            case GT -> order > 0;
            default -> order >= 0;
        };
    }

    /** Selects the places of those among the texts {@code $1} for which it holds; {@code $2} is what it compares with. */
    String sql() {
        String type = column.sqlType();
        String right = condition.operator() == Condition.Operator.IN ? "($2)::" + type + "[]" : "$2::" + type;
        String comparison = "(k.v)::" + type + " " + condition.operator().sql() + " (" + right + ")";
        return "select k.n from unnest($1::text[]) with ordinality as k(v, n) where "
                + (condition.negated() ? "not (" + comparison + ")" : comparison);
    }
}
