package dev.galley.rest;

import dev.galley.query.FieldPath;
import java.util.ArrayList;
import java.util.List;

/** Reads names of columns and relations, quoted or not, and the JSON path behind a column. */
final class Names {
    private Names() {}

    /** {@code name}, {@code first-name}, {@code name with spaces}, {@code "any:thing"}. Space around an unquoted name is dropped. */
    static String name(Scanner in) {
        return in.peek() == '"' ? quoted(in) : dashed(in);
    }

    /** Text between double quotes; a backslash keeps the character behind it. */
    static String quoted(Scanner in) {
        in.require('"');
        StringBuilder text = new StringBuilder();
        while (!in.atEnd()) {
            char c = in.next();
            if (c == '"') return text.toString();
            if (c == '\\' && !in.atEnd()) c = in.next();
            text.append(c);
        }
        in.expecting("\"\\\"\"");
        throw in.failure();
    }

    /** Letters, digits, {@code _}, {@code $} and spaces: what stands for itself in a name, a type or a configuration. */
    static String identifier(Scanner in) {
        int start = in.position();
        while (isIdentifierPart(in.peek())) in.next();
        in.expecting("letter", "digit");
        if (in.position() == start) throw in.failure();
        return in.since(start).strip();
    }

    /** A column and the path into its JSON. */
    static FieldPath field(Scanner in) {
        in.skipSpaces();
        String name = name(in);
        FieldPath field = new FieldPath(name, jsonPath(in));
        in.skipSpaces();
        return field;
    }

    /** {@code ->key->0->>'last'}; empty when no arrow comes next. */
    static List<FieldPath.Step> jsonPath(Scanner in) {
        if (in.peek() != '-') {
            in.expecting("\"->>\"", "\"->\"");
            return List.of();
        }
        List<FieldPath.Step> steps = new ArrayList<>(2);
        while (in.looksAt("->")) {
            in.skip("->");
            boolean asText = in.peek() == '>' && in.skip('>');
            steps.add(step(in, asText));
        }
        in.expecting("\"->>\"", "\"->\"");
        return List.copyOf(steps);
    }

    private static FieldPath.Step step(Scanner in, boolean asText) {
        int start = in.position();
        if (in.peek() == '-') in.next();
        int digits = in.position();
        while (isDigit(in.peek())) in.next();
        boolean number = in.position() > digits;
        if (number && endsStep(in)) return new FieldPath.Step(in.since(start), true, asText);
        in.expecting("digit");
        if (digits > start) throw in.failure();
        in.back(start);
        return new FieldPath.Step(in.peek() == '"' ? quoted(in) : key(in), false, asText);
    }

    private static boolean endsStep(Scanner in) {
        return in.atEnd()
                || in.peek() == '.'
                || in.peek() == ','
                || in.peek() == ')'
                || in.looksAt("->")
                || in.looksAt("::");
    }

    private static String key(Scanner in) {
        StringBuilder key = new StringBuilder();
        do {
            int start = in.position();
            while (!in.atEnd() && "(-:.,>)".indexOf(in.peek()) < 0) in.next();
            if (in.position() == start) {
                throw in.failure("any non reserved character different from: .,>()");
            }
            key.append(in.since(start).strip());
        } while (dash(in, key));
        return key.toString();
    }

    private static String dashed(Scanner in) {
        int start = in.position();
        while (isIdentifierPart(in.peek())) in.next();
        if (in.position() == start) {
            in.expecting("field name (* or [a..z0..9_$])");
            throw in.failure();
        }
        in.expecting("letter", "digit");
        if (in.peek() != '-') {
            in.expecting("\"-\"");
            return in.since(start).strip();
        }
        StringBuilder name = new StringBuilder(in.since(start).strip());
        while (dash(in, name)) name.append(identifier(in));
        return name.toString();
    }

    /** Goes past a dash that belongs to the name: one that does not begin an arrow. */
    private static boolean dash(Scanner in, StringBuilder name) {
        if (in.peek() != '-' || in.peek(1) == '>') return false;
        in.next();
        name.append('-');
        return true;
    }

    private static boolean isIdentifierPart(int c) {
        return c == '_'
                || c == ' '
                || c == '$'
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c > 0 && (Character.isLetter(c) || Character.isSurrogate((char) c)));
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
