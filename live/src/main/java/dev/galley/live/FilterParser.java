package dev.galley.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a filter: conditions that all have to hold, between commas. Texts may stand in double quotes, lists in parentheses. */
final class FilterParser {
    private FilterParser() {}

    static List<Condition> parse(String filter) throws NotSubscribed {
        if (filter.isBlank()) {
            return List.of();
        }
        List<Condition> conditions = new ArrayList<>();
        for (String segment : split(filter.strip())) {
            conditions.add(condition(segment.strip()));
        }
        return List.copyOf(conditions);
    }

    /** At the commas that stand neither in quotes nor in parentheses. */
    private static List<String> split(String filter) {
        List<String> segments = new ArrayList<>();
        StringBuilder segment = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        char previous = 0;
        for (int i = 0; i < filter.length(); i++) {
            char c = filter.charAt(i);
            if (quoted && c == '\\' && i + 1 < filter.length()) {
                segment.append(c);
                i++;
                c = filter.charAt(i);
            } else if (quoted) {
                quoted = c != '"';
            } else if (c == '"') {
                // Within a value it is a character as any other.
                quoted = previous == '.' || previous == '(' || previous == ',';
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth = Math.max(0, depth - 1);
            } else if (c == ',' && depth == 0) {
                segments.add(segment.toString());
                segment.setLength(0);
                previous = 0;
                continue;
            }
            segment.append(c);
            previous = c;
        }
        segments.add(segment.toString());
        return segments;
    }

    private static Condition condition(String segment) throws NotSubscribed {
        if (segment.isEmpty()) {
            throw wrong("filter must not contain empty segments (check for extra commas)");
        }
        int equals = segment.indexOf('=');
        if (equals < 0) {
            throw wrong("[\"" + segment + "\"]");
        }
        String rest = segment.substring(equals + 1);
        boolean negated = rest.startsWith("not.");
        rest = negated ? rest.substring(4) : rest;
        int dot = rest.indexOf('.');
        if (dot < 0) {
            throw wrong("[\"" + rest + "\"]");
        }
        String word = rest.substring(0, dot);
        String value = rest.substring(dot + 1);
        Condition.Operator operator = operator(word).orElseThrow(() -> wrong("[\"" + word + "\", \"" + value + "\"]"));
        return new Condition(segment.substring(0, equals), operator, value(operator, value), negated);
    }

    private static Optional<Condition.Operator> operator(String word) {
        for (Condition.Operator each : Condition.Operator.values()) {
            if (each.word().equals(word)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private static String value(Condition.Operator operator, String value) throws NotSubscribed {
        if (operator != Condition.Operator.IN) {
            return unquoted(value);
        }
        if (!value.startsWith("(") || !value.endsWith(")") || value.length() < 2) {
            throw wrong("`in` filter value must be wrapped by parentheses");
        }
        return "{" + value.substring(1, value.length() - 1) + "}";
    }

    /** What is not quoted to its end is not quoted. */
    private static String unquoted(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                return i == value.length() - 1 ? text.toString() : value;
            }
            if (c == '\\' && i + 1 < value.length()) {
                i++;
                c = value.charAt(i);
            }
            text.append(c);
        }
        return value;
    }

    private static NotSubscribed wrong(String reason) {
        return new NotSubscribed("Error parsing `filter` params: " + reason);
    }
}
