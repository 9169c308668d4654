package dev.galley.rest;

import dev.galley.query.FieldPath;
import dev.galley.query.Selection;
import dev.galley.query.Selection.Aggregate;
import java.util.List;
import java.util.Optional;

/** Reads an aggregate in an order or in {@code having}: {@code count()}, {@code amount.sum()}. */
final class AggregateParser {
    private static final List<String> CALLS = List.of(".sum()", ".avg()", ".count()", ".min()", ".max()");

    private AggregateParser() {}

    /** Whether the name that was read is that of {@code count()}, without a column. */
    static boolean countsRows(String name, Scanner in) {
        return name.equals("count") && in.looksAt("()");
    }

    static Selection.Field count(Scanner in) {
        in.skip("()");
        return field(Optional.empty(), Aggregate.COUNT);
    }

    /** Whether an aggregate of the field that was read comes next. */
    static boolean follows(Scanner in) {
        return in.peek() == '.' && CALLS.stream().anyMatch(in::looksAt);
    }

    static Selection.Field of(FieldPath path, Scanner in) {
        in.require('.');
        Aggregate aggregate = SelectParser.aggregate(in);
        in.skip("()");
        return field(Optional.of(path), aggregate);
    }

    private static Selection.Field field(Optional<FieldPath> path, Aggregate aggregate) {
        return new Selection.Field(path, Optional.empty(), Optional.of(aggregate), Optional.empty(), Optional.empty());
    }
}
