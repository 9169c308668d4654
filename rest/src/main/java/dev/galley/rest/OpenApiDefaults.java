package dev.galley.rest;

import dev.galley.http.JsonText;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a column's default, as PostgreSQL prints it, as the JSON value that it gives. */
final class OpenApiDefaults {
    /** A literal, alone or cast: {@code 'new'::text}. */
    private static final Pattern LITERAL = Pattern.compile("(?s)\\(?(E?)'((?:[^']|'')*)'(?:::[^']*)?\\)?");

    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?");
    private static final Pattern IN_BRACKETS = Pattern.compile("\\((-?[0-9.]+)\\)(?:::[^']*)?");
    private static final Pattern NULL = Pattern.compile("(?i)NULL(?:::.*)?");

    private OpenApiDefaults() {}

    /** @return JSON text; empty where the default is not known before a row is written */
    static Optional<String> json(String expression, String type) {
        if (NULL.matcher(expression).matches()) return Optional.empty();
        return switch (OpenApiTypes.kind(type).orElse("")) {
            case "boolean" -> Optional.of(expression).filter(text -> text.equals("true") || text.equals("false"));
            case "integer", "number" ->
                Optional.of(number(expression))
                        .filter(text -> NUMBER.matcher(text).matches());
            // What is computed is told as the expression that computes it.
            case "string" -> Optional.of(JsonText.quoted(literal(expression).orElse(expression)));
            default -> Optional.empty();
        };
    }

    private static String number(String expression) {
        Matcher negative = IN_BRACKETS.matcher(expression);
        return negative.matches() ? negative.group(1) : literal(expression).orElse(expression);
    }

    private static Optional<String> literal(String expression) {
        Matcher literal = LITERAL.matcher(expression);
        if (!literal.matches()) return Optional.empty();
        String text = literal.group(2).replace("''", "'");
        return Optional.of(literal.group(1).isEmpty() ? text : text.replace("\\\\", "\\"));
    }
}
