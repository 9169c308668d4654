package dev.galley.graphql;

/**
 * Counts what a document consists of before anything is made of it: one pass over its text that stops at the first limit. So the
 * refusal of a document that is much too large costs next to nothing, whatever parsing and validating it would cost.
 *
 * <p>Source: the lexical grammar of the <a href="https://spec.graphql.org/September2025/#sec-Language">specification</a>. A text that
 * does not follow it is counted somehow; the parser refuses it. Names outside of parentheses are fields, unless {@code ...}, {@code on}
 * or {@code @} stand before them; in parentheses stand values.
 */
final class DocumentScan {
    private final String text;
    private final GraphqlLimits limits;
    private int at;
    private int tokens;
    private int fields;
    private int aliases;
    private int directives;
    private int depth;
    private int parentheses;
    private Before before = Before.OTHER;

    /** What stands before a name. */
    private enum Before {
        SPREAD,
        DIRECTIVE,
        TYPE,
        OTHER
    }

    private DocumentScan(String text, GraphqlLimits limits) {
        this.text = text;
        this.limits = limits;
    }

    /** @throws GraphqlException when one of the limits is passed */
    static void check(String text, GraphqlLimits limits) {
        new DocumentScan(text, limits).run();
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isWordPart(c)) {
                word();
            } else if (c == '"') {
                token();
                string();
            } else if (c == '#') {
                skipLine();
            } else if (c <= ' ' || c == ',' || c == '\uFEFF') {
                at++;
            } else {
                token();
                punctuator(c);
            }
        }
    }

    private void punctuator(char c) {
        Before next = Before.OTHER;
        switch (c) {
            case '(' -> parentheses++;
            case ')' -> parentheses = Math.max(0, parentheses - 1);
            case '{' -> {
                if (parentheses == 0) {
                    Limit.DEPTH.require(++depth, limits.depth());
                }
            }
            case '}' -> {
                if (parentheses == 0) {
                    depth = Math.max(0, depth - 1);
                }
            }
            case '@' -> {
                Limit.DIRECTIVES.require(++directives, limits.directives());
                next = Before.DIRECTIVE;
            }
            case ':' -> {
                if (selecting()) {
                    // The name before it was no field: the one behind it is.
                    fields--;
                    Limit.ALIASES.require(++aliases, limits.aliases());
                }
            }
            case '.' -> next = Before.SPREAD;
            default -> {}
        }
        at += c == '.' && text.startsWith("...", at) ? 3 : 1;
        before = next;
    }

    private void word() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        token();
        boolean condition = before == Before.SPREAD && at - start == 2 && text.startsWith("on", start);
        if (selecting() && before == Before.OTHER) {
            Limit.FIELDS.require(++fields, limits.fields());
        }
        before = condition ? Before.TYPE : Before.OTHER;
    }

    private boolean selecting() {
        return parentheses == 0 && depth > 0;
    }

    private void token() {
        Limit.TOKENS.require(++tokens, limits.tokens());
    }

    private void string() {
        before = Before.OTHER;
        if (text.startsWith("\"\"\"", at)) {
            int end = text.indexOf("\"\"\"", at + 3);
            while (end > 0 && text.charAt(end - 1) == '\\') {
                end = text.indexOf("\"\"\"", end + 1);
            }
            at = end < 0 ? text.length() : end + 3;
            return;
        }
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            at += c == '\\' ? 2 : 1;
            if (c == '"' || isLineEnd(c)) {
                return;
            }
        }
    }

    private void skipLine() {
        while (at < text.length() && !isLineEnd(text.charAt(at))) {
            at++;
        }
    }

    /** The parser's grammar ends lines at Unicode's separators too. */
    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029';
    }

    private static boolean isWordPart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9') || c == '-';
    }
}
