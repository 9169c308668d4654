package dev.galley.query;

/** A comparison that takes one value, and how it is written in SQL. */
public enum Operator {
    EQ("="),
    NEQ("<>"),
    GT(">"),
    GTE(">="),
    LT("<"),
    LTE("<="),
    LIKE("like"),
    ILIKE("ilike"),
    MATCH("~"),
    IMATCH("~*"),
    IN("= any"),
    IS_DISTINCT("is distinct from"),
    CONTAINS("@>"),
    CONTAINED("<@"),
    OVERLAPS("&&"),
    STRICTLY_LEFT("<<"),
    STRICTLY_RIGHT(">>"),
    NOT_EXTENDS_RIGHT("&<"),
    NOT_EXTENDS_LEFT("&>"),
    ADJACENT("-|-");

    private final String sql;

    Operator(String sql) {
        this.sql = sql;
    }

    public String sql() {
        return sql;
    }
}
