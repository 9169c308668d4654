package dev.galley.schema;

/** The only place where a name becomes SQL. */
public final class Identifiers {
    private Identifiers() {}

    /** Quotes a name as an SQL identifier. */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Quotes text as an SQL string literal, whatever {@code standard_conforming_strings} says. */
    public static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }
}
