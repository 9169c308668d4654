package dev.galley.rest;

import java.nio.charset.StandardCharsets;

/** Reads values that stand between commas, quoted or not, and writes them as one PostgreSQL array. */
final class ValueLists {
    private ValueLists() {}

    /** {@code (a,"b,c",d)} as {@code {"a","b,c","d"}}; {@code ()} is the empty array. */
    static byte[] arrayLiteral(Scanner in) {
        in.skipSpaces();
        in.require('(');
        in.skipSpaces();
        StringBuilder array = new StringBuilder("{");
        int count = 0;
        String element;
        do {
            element = element(in, false);
            if (count++ > 0) array.append(',');
            append(array, element);
        } while (in.skip(','));
        in.require(')');
        in.skipSpaces();
        if (count == 1 && element.isEmpty()) array.setLength(1);
        return array.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * One value: up to a comma or bracket, or quoted so that it may hold those.
     *
     * @param arrays whether {@code {a,b}} is one value
     */
    static String element(Scanner in, boolean arrays) {
        int start = in.position();
        if (in.peek() == '"') {
            String quoted = closedQuote(in) ? unescape(in.since(start)) : "";
            if (in.position() > start && endsElement(in)) return quoted;
            in.back(start);
        }
        if (arrays && in.peek() == '{') {
            in.next();
            while (!in.atEnd() && in.peek() != '{' && in.peek() != '}') in.next();
            if (in.peek() == '}') {
                in.next();
                return in.since(start);
            }
            in.back(start);
        }
        while (!endsElement(in)) in.next();
        return in.since(start);
    }

    private static boolean endsElement(Scanner in) {
        return in.atEnd() || in.peek() == ',' || in.peek() == ')';
    }

    private static boolean closedQuote(Scanner in) {
        int start = in.position();
        in.next();
        while (!in.atEnd()) {
            char c = in.next();
            if (c == '"') return true;
            if (c == '\\' && !in.atEnd()) in.next();
        }
        in.back(start);
        return false;
    }

    private static String unescape(String quoted) {
        String inner = quoted.substring(1, quoted.length() - 1);
        if (inner.indexOf('\\') < 0) return inner;
        StringBuilder text = new StringBuilder(inner.length());
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == '\\' && i + 1 < inner.length()) c = inner.charAt(++i);
            text.append(c);
        }
        return text.toString();
    }

    private static void append(StringBuilder array, String element) {
        array.append('"');
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if (c == '"' || c == '\\') array.append('\\');
            array.append(c);
        }
        array.append('"');
    }
}
