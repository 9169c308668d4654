package dev.galley.rest;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A cursor over the text of one parameter. It remembers the furthest place where it could not go on and what could have
 * stood there, so that a parser that has no way left can say so: {@code unexpected "x" expecting "asc" or "desc"}.
 */
final class Scanner {
    private static final int END = -1;

    private final String what;
    private final String text;
    private int at;

    private int furthest = -1;
    private String unexpected = "";
    private final Set<String> expected = new LinkedHashSet<>();

    /**
     * @param what the kind of the parameter, for the error: {@code filter}
     * @param shown the parameter's value, for the error
     */
    Scanner(String what, String shown, String text) {
        this.what = what + " (" + shown + ")";
        this.text = text;
    }

    Scanner(String what, String text) {
        this(what, text, text);
    }

    int position() {
        return at;
    }

    void back(int position) {
        at = position;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /** The next character, or -1 at the end. */
    int peek() {
        return peek(0);
    }

    int peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : END;
    }

    char next() {
        return text.charAt(at++);
    }

    String rest() {
        String rest = text.substring(at);
        at = text.length();
        return rest;
    }

    String since(int start) {
        return text.substring(start, at);
    }

    void skipSpaces() {
        while (peek() == ' ' || peek() == '\t') at++;
    }

    /** Goes past the character when it is next; else notes that it could have stood here. */
    boolean skip(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        expecting('"' + String.valueOf(wanted) + '"');
        return false;
    }

    boolean skip(String wanted) {
        if (text.startsWith(wanted, at)) {
            at += wanted.length();
            return true;
        }
        int matching = 0;
        while (matching < wanted.length() && peek(matching) == wanted.charAt(matching)) matching++;
        note(at, shown(at + matching, '"'), '"' + wanted + '"');
        return false;
    }

    /** Whether the word comes next; notes nothing. */
    boolean looksAt(String word) {
        return text.startsWith(word, at);
    }

    void require(char wanted) {
        if (!skip(wanted)) throw failure();
    }

    void requireEnd() {
        if (atEnd()) return;
        refuse();
        expecting("end of input");
        throw failure();
    }

    /** Notes what could have stood here. */
    void expecting(String label) {
        note(at, shown(at, '"'), label);
    }

    void expecting(String first, String second) {
        expecting(first);
        expecting(second);
    }

    /** Notes that the character here may not stand where it stands, whatever else could. */
    void refuse() {
        if (at < furthest) return;
        if (at > furthest) forget();
        furthest = at;
        unexpected = shown(at, '\'');
    }

    /** Says the one thing that should have stood at the furthest place, instead of its parts. */
    RestException failure(String label) {
        if (at > furthest) {
            furthest = at;
            unexpected = shown(at, '"');
        }
        expected.clear();
        expected.add(label);
        return failure();
    }

    RestException failure() {
        StringBuilder details = new StringBuilder(64);
        if (!unexpected.isEmpty()) details.append("unexpected ").append(unexpected);
        if (!expected.isEmpty()) details.append(details.isEmpty() ? "" : " ").append("expecting ");
        int left = expected.size();
        for (String each : expected) {
            details.append(each);
            left--;
            if (left > 0) details.append(left == 1 ? " or " : ", ");
        }
        return new RestException(
                new RestError.BadParameter("\"failed to parse " + what + "\" " + place(), details.toString()));
    }

    private void note(int place, String found, String label) {
        if (place < furthest) return;
        if (place > furthest) {
            forget();
            furthest = place;
            unexpected = found;
        }
        expected.add(label);
    }

    private void forget() {
        expected.clear();
        unexpected = "";
    }

    private String shown(int place, char quote) {
        if (place >= text.length()) return "end of input";
        int codePoint = text.codePointAt(place);
        return quote + (codePoint < ' ' ? "\\" + codePoint : Character.toString(codePoint)) + quote;
    }

    /** Columns count from one, in characters as the caller sees them. */
    private String place() {
        int end = Math.clamp(furthest, 0, text.length());
        int lineStart = text.lastIndexOf('\n', end - 1) + 1;
        long line =
                1 + text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        return "(line " + line + ", column " + (1 + text.codePointCount(lineStart, end)) + ")";
    }
}
