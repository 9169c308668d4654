package dev.galley.rest;

import dev.galley.query.FieldPath;
import dev.galley.query.OrderTerm;
import dev.galley.query.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code name.desc.nullslast,data->>age,client(name).asc,amount.sum().desc}. */
final class OrderParser {
    private OrderParser() {}

    static List<OrderTerm> terms(Scanner in) {
        List<OrderTerm> terms = new ArrayList<>(2);
        do {
            terms.add(term(in));
        } while (in.skip(','));
        in.requireEnd();
        return List.copyOf(terms);
    }

    private static OrderTerm term(Scanner in) {
        in.skipSpaces();
        String name = Names.name(in);
        Optional<String> embed = Optional.empty();
        FieldPath field;
        Optional<Selection.Field> aggregate = Optional.empty();
        if (AggregateParser.countsRows(name, in)) {
            field = FieldPath.of(name);
            aggregate = Optional.of(AggregateParser.count(in));
        } else if (in.peek() == '(') {
            in.next();
            embed = Optional.of(name);
            field = Names.field(in);
            in.require(')');
        } else {
            field = new FieldPath(name, Names.jsonPath(in));
            in.skipSpaces();
            if (AggregateParser.follows(in)) aggregate = Optional.of(AggregateParser.of(field, in));
        }
        Optional<OrderTerm.Direction> direction = Optional.empty();
        Optional<OrderTerm.Nulls> nulls = Optional.empty();
        if (in.peek() == '.') {
            int dot = in.position();
            in.next();
            direction = direction(in);
            if (direction.isEmpty()) in.back(dot);
        } else {
            in.expecting("delimiter (.)");
        }
        if (in.peek() == '.') {
            in.next();
            nulls = nulls(in);
            if (nulls.isEmpty()) throw in.failure();
        } else if (direction.isPresent()) {
            in.expecting("delimiter (.)");
        }
        in.skipSpaces();
        if (!in.atEnd() && in.peek() != ',') {
            in.refuse();
            in.expecting("\",\"", "end of input");
            throw in.failure();
        }
        return new OrderTerm(embed, field, direction, nulls, aggregate);
    }

    private static Optional<OrderTerm.Direction> direction(Scanner in) {
        if (in.skip("asc")) return Optional.of(OrderTerm.Direction.ASC);
        return in.skip("desc") ? Optional.of(OrderTerm.Direction.DESC) : Optional.empty();
    }

    private static Optional<OrderTerm.Nulls> nulls(Scanner in) {
        if (in.skip("nullsfirst")) return Optional.of(OrderTerm.Nulls.FIRST);
        return in.skip("nullslast") ? Optional.of(OrderTerm.Nulls.LAST) : Optional.empty();
    }
}
