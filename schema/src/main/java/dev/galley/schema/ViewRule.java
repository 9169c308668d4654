package dev.galley.schema;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Reads from a view's rewrite rule which of its columns is which column of what it selects from.
 *
 * <p>The rule is a {@code pg_node_tree}: nodes {@code {NAME :key value ...}}, lists {@code (...)} and tokens separated by blanks,
 * where blanks, braces, parentheses and backslashes within a token are escaped by a backslash. The parser marks an output
 * column that is a plain column of a relation with that relation's oid and the column's number; everything else about the
 * query is skipped. Keys and values are read in turn, so that a column named {@code :resorigtbl} cannot pass for a key.
 */
final class ViewRule {

    /** A column of a relation by oid and number. */
    record Origin(int relation, int column) {}

    private final String tree;
    private int at;

    private ViewRule(String tree) {
        this.tree = tree;
    }

    /** @return the origins by number of the view's column; without those that are computed */
    static Map<Integer, Origin> origins(String tree) {
        try {
            return new ViewRule(tree).query();
        } catch (IndexOutOfBoundsException | NoSuchElementException | NumberFormatException e) {
            throw new IllegalArgumentException("not the rule of a view", e);
        }
    }

    private Map<Integer, Origin> query() {
        expect('(');
        expect('{');
        token();
        while (!peek('}')) {
            if (token().equals(":targetList")) {
                return targets();
            }
            skipValue();
        }
        throw new NoSuchElementException("no target list");
    }

    private Map<Integer, Origin> targets() {
        Map<Integer, Origin> origins = new HashMap<>();
        if (!peek('(')) {
            return origins;
        }
        expect('(');
        while (peek('{')) {
            expect('{');
            token();
            int column = 0;
            int relation = 0;
            int original = 0;
            boolean junk = false;
            while (!peek('}')) {
                switch (token()) {
                    case ":resno" -> column = Integer.parseInt(token());
                    case ":resorigtbl" -> relation = Integer.parseUnsignedInt(token());
                    case ":resorigcol" -> original = Integer.parseInt(token());
                    case ":resjunk" -> junk = token().equals("true");
                    default -> skipValue();
                }
            }
            expect('}');
            // A column number below zero is a system column, zero a whole row.
            if (relation != 0 && original > 0 && !junk) {
                origins.put(column, new Origin(relation, original));
            }
        }
        return origins;
    }

    private void skipValue() {
        if (!peek('{') && !peek('(')) {
            token();
            return;
        }
        int depth = 0;
        do {
            switch (tree.charAt(at)) {
                case '{', '(' -> depth++;
                case '}', ')' -> depth--;
                case '\\' -> at++;
                default -> {}
            }
            at++;
        } while (depth > 0);
    }

    private String token() {
        skipBlanks();
        int start = at;
        while ("{}() \n\t".indexOf(tree.charAt(at)) < 0) {
            at += tree.charAt(at) == '\\' ? 2 : 1;
        }
        if (at == start) {
            throw new NoSuchElementException("no token at " + at);
        }
        return tree.substring(start, at);
    }

    private boolean peek(char expected) {
        skipBlanks();
        return tree.charAt(at) == expected;
    }

    private void expect(char expected) {
        if (!peek(expected)) {
            throw new NoSuchElementException("no " + expected + " at " + at);
        }
        at++;
    }

    private void skipBlanks() {
        while (Character.isWhitespace(tree.charAt(at))) {
            at++;
        }
    }
}
