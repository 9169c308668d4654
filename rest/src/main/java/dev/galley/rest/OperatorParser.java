package dev.galley.rest;

import dev.galley.query.Bindings;
import dev.galley.query.FieldPath;
import dev.galley.query.Filter;
import dev.galley.query.Operator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the condition on one field: {@code eq.5}, {@code not.in.(1,2)}, {@code like(any).{a*,b*}}, {@code fts(english).word}.
 * Values go to the bindings and leave only their place in the filter.
 */
final class OperatorParser {
    private static final String OPERATOR = "operator (eq, gt, ...)";

    /** Operators of which {@code any} and {@code all} may be asked. */
    private static final Map<String, Operator> QUANTIFIABLE = Map.of(
            "eq", Operator.EQ,
            "gt", Operator.GT,
            "gte", Operator.GTE,
            "lt", Operator.LT,
            "lte", Operator.LTE,
            "like", Operator.LIKE,
            "ilike", Operator.ILIKE,
            "match", Operator.MATCH,
            "imatch", Operator.IMATCH);

    private static final Map<String, Operator> SIMPLE = Map.of(
            "neq", Operator.NEQ,
            "isdistinct", Operator.IS_DISTINCT,
            "cs", Operator.CONTAINS,
            "cd", Operator.CONTAINED,
            "ov", Operator.OVERLAPS,
            "sl", Operator.STRICTLY_LEFT,
            "sr", Operator.STRICTLY_RIGHT,
            "nxr", Operator.NOT_EXTENDS_RIGHT,
            "nxl", Operator.NOT_EXTENDS_LEFT,
            "adj", Operator.ADJACENT);

    private static final Map<String, Filter.Parser> FULL_TEXT = Map.of(
            "fts", Filter.Parser.TO_TSQUERY,
            "plfts", Filter.Parser.PLAINTO_TSQUERY,
            "phfts", Filter.Parser.PHRASETO_TSQUERY,
            "wfts", Filter.Parser.WEBSEARCH_TO_TSQUERY);

    private final Bindings bindings;

    OperatorParser(Bindings bindings) {
        this.bindings = bindings;
    }

    /** Whether the text begins like a condition; a parameter of a function need not. */
    static boolean looksLikeCondition(String text) {
        if (text.startsWith("not.")) return true;
        int end = wordEnd(text, 0);
        String word = text.substring(0, end);
        if (word.equals("in") || word.equals("is") || SIMPLE.containsKey(word)) return text.startsWith(".", end);
        if (FULL_TEXT.containsKey(word) || QUANTIFIABLE.containsKey(word)) {
            int close = text.startsWith("(", end) ? text.indexOf(')', end) + 1 : end;
            return close > 0 && text.startsWith(".", close);
        }
        return false;
    }

    /** @param logic whether the condition is an element of {@code or=(...)}, where a value ends at a comma or bracket */
    Filter condition(Scanner in, FieldPath field, boolean logic) {
        boolean negated = in.skip("not");
        if (negated) delimiter(in, "delimiter (.)");
        Filter filter = operation(in, field, logic);
        return negated ? new Filter.Not(filter) : filter;
    }

    private Filter operation(Scanner in, FieldPath field, boolean logic) {
        String word = word(in);
        switch (word) {
            case "in" -> {
                delimiter(in, OPERATOR);
                byte[] list = ValueLists.arrayLiteral(in);
                return new Filter.Compare(field, Operator.IN, Optional.empty(), bindings.add(list));
            }
            case "is" -> {
                delimiter(in, OPERATOR);
                return new Filter.Is(field, test(in));
            }
            default -> {}
        }
        Operator simple = SIMPLE.get(word);
        if (simple != null) {
            delimiter(in, OPERATOR);
            return new Filter.Compare(field, simple, Optional.empty(), bindings.add(value(in, logic)));
        }
        Filter.Parser fullText = FULL_TEXT.get(word);
        if (fullText != null) {
            Optional<String> configuration = configuration(in);
            delimiter(in, OPERATOR);
            return new Filter.FullText(field, fullText, configuration, bindings.add(value(in, logic)));
        }
        Operator quantifiable = QUANTIFIABLE.get(word);
        if (quantifiable != null) {
            Optional<Filter.Quantifier> quantifier = quantifier(in);
            delimiter(in, OPERATOR);
            String value = value(in, logic);
            boolean pattern = quantifiable == Operator.LIKE || quantifiable == Operator.ILIKE;
            return new Filter.Compare(
                    field, quantifiable, quantifier, bindings.add(pattern ? value.replace('*', '%') : value));
        }
        in.back(in.position() - word.length());
        in.expecting(OPERATOR);
        throw in.failure();
    }

    private static String word(Scanner in) {
        int start = in.position();
        while (in.peek() >= 'a' && in.peek() <= 'z') in.next();
        return in.since(start);
    }

    private static int wordEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= 'a' && text.charAt(end) <= 'z') end++;
        return end;
    }

    private static void delimiter(Scanner in, String label) {
        if (!in.skip('.')) throw in.failure(label);
    }

    private static Optional<Filter.Quantifier> quantifier(Scanner in) {
        if (in.peek() != '(') return Optional.empty();
        in.next();
        Filter.Quantifier quantifier;
        if (in.skip("any")) quantifier = Filter.Quantifier.ANY;
        else if (in.skip("all")) quantifier = Filter.Quantifier.ALL;
        else throw in.failure(OPERATOR);
        if (!in.skip(')')) throw in.failure(OPERATOR);
        return Optional.of(quantifier);
    }

    private static Optional<String> configuration(Scanner in) {
        if (in.peek() != '(') return Optional.empty();
        in.next();
        int start = in.position();
        while (!in.atEnd() && in.peek() != ')') in.next();
        String name = in.since(start);
        in.back(start);
        String read = in.peek() == ')' ? "" : Names.identifier(in);
        if (read.isEmpty() || !in.skip(')')) throw in.failure(OPERATOR);
        return Optional.of(name.strip());
    }

    private static Filter.Test test(Scanner in) {
        int start = in.position();
        while (Character.isLetter(in.peek()) || in.peek() == '_') in.next();
        return switch (in.since(start).toLowerCase(Locale.ROOT)) {
            case "null" -> Filter.Test.NULL;
            case "not_null" -> Filter.Test.NOT_NULL;
            case "true" -> Filter.Test.TRUE;
            case "false" -> Filter.Test.FALSE;
            case "unknown" -> Filter.Test.UNKNOWN;
            default -> {
                in.back(start);
                throw in.failure("isVal: (null, not_null, true, false, unknown)");
            }
        };
    }

    private static String value(Scanner in, boolean logic) {
        return logic ? ValueLists.element(in, true) : in.rest();
    }
}
