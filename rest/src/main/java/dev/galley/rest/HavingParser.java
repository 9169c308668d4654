package dev.galley.rest;

import dev.galley.query.FieldPath;
import dev.galley.query.Filter;
import dev.galley.query.Selection;
import java.util.ArrayList;
import java.util.List;

/** Reads conditions on groups: {@code amount.sum().gt.100,or(count().gt.5,price.max().lt.3)}. All of the list must hold. */
final class HavingParser {
    private final OperatorParser operators;
    private final int maxDepth;

    HavingParser(OperatorParser operators, int maxDepth) {
        this.operators = operators;
        this.maxDepth = maxDepth;
    }

    Filter whole(Scanner in) {
        List<Filter> all = list(in, 1);
        in.requireEnd();
        return new Filter.And(all);
    }

    private List<Filter> list(Scanner in, int depth) {
        if (depth > maxDepth) throw new RestException(new RestError.TooComplex("nested conditions", maxDepth));
        List<Filter> filters = new ArrayList<>(2);
        do {
            in.skipSpaces();
            filters.add(term(in, depth));
            in.skipSpaces();
        } while (in.skip(','));
        return List.copyOf(filters);
    }

    private Filter term(Scanner in, int depth) {
        int start = in.position();
        boolean negated = in.looksAt("not.") && in.skip("not.");
        boolean or = in.looksAt("or(") && in.skip("or(");
        if (!or && !(in.looksAt("and(") && in.skip("and("))) {
            in.back(start);
            return condition(in);
        }
        List<Filter> inner = list(in, depth + 1);
        in.require(')');
        Filter tree = or ? new Filter.Or(inner) : new Filter.And(inner);
        return negated ? new Filter.Not(tree) : tree;
    }

    private Filter condition(Scanner in) {
        FieldPath field = Names.field(in);
        Selection.Field aggregate;
        if (AggregateParser.countsRows(field.column(), in)) aggregate = AggregateParser.count(in);
        else if (AggregateParser.follows(in)) aggregate = AggregateParser.of(field, in);
        else throw in.failure("aggregate (sum(), avg(), count(), min(), max())");
        in.require('.');
        return new Filter.Aggregated(aggregate, operators.condition(in, field, true));
    }
}
