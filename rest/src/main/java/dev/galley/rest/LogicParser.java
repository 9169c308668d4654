package dev.galley.rest;

import dev.galley.query.Filter;
import java.util.ArrayList;
import java.util.List;

/** Reads the tree of conditions in {@code or=(a.eq.1,not.and(b.gt.2,c.is.null))}. */
final class LogicParser {
    private final OperatorParser operators;
    private final int maxDepth;

    LogicParser(OperatorParser operators, int maxDepth) {
        this.operators = operators;
        this.maxDepth = maxDepth;
    }

    /** The whole parameter, its operator before its brackets: {@code not.or(a.eq.1)}. */
    Filter whole(Scanner in) {
        Filter tree = tree(in, 1);
        // PostgREST ignores what stands behind the tree, and clients close one bracket too many.
        while (in.peek() == ')') in.next();
        in.requireEnd();
        return tree;
    }

    private Filter node(Scanner in, int depth) {
        if (depth > maxDepth) throw new RestException(new RestError.TooComplex("nested conditions", maxDepth));
        in.skipSpaces();
        int start = in.position();
        if (beginsTree(in)) return tree(in, depth);
        in.back(start);
        if (in.peek() == ')' || in.peek() == ',' || in.atEnd()) {
            in.expecting("field name (* or [a..z0..9_$])");
            in.expecting("negation operator (not)", "logic operator (and, or)");
            throw in.failure();
        }
        boolean negation = in.looksAt("not.");
        var field = Names.field(in);
        if (!in.skip('.')) throw in.failure();
        try {
            return operators.condition(in, field, true);
        } catch (RestException e) {
            // "not" is more likely the operator than a column's name.
            throw negation ? in.failure("logic operator (and, or)") : e;
        }
    }

    /** Exact: behind the name of a column comes a dot or an arrow, never a bracket. */
    private static boolean beginsTree(Scanner in) {
        int start = in.position();
        if (in.looksAt("not.")) in.skip("not.");
        boolean operator = (in.looksAt("and") && in.skip("and")) || (in.looksAt("or") && in.skip("or"));
        in.skipSpaces();
        boolean tree = operator && in.peek() == '(';
        in.back(start);
        return tree;
    }

    private Filter tree(Scanner in, int depth) {
        boolean negated = in.looksAt("not.") && in.skip("not.");
        boolean and = in.looksAt("and") && in.skip("and");
        if (!and) in.skip("or");
        in.skipSpaces();
        in.require('(');
        in.skipSpaces();
        List<Filter> filters = new ArrayList<>(4);
        do {
            filters.add(node(in, depth + 1));
            in.skipSpaces();
        } while (in.skip(','));
        in.require(')');
        in.skipSpaces();
        Filter filter = and ? new Filter.And(List.copyOf(filters)) : new Filter.Or(List.copyOf(filters));
        return negated ? new Filter.Not(filter) : filter;
    }
}
