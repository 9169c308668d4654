package dev.galley.query;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Compiles reads of a relation, and the counting that reads of relations and of functions' results share.
 *
 * <p>A total is counted in the same statement, as a row of its own that the page is joined to: it is known even when the page is empty, and
 * both see the same snapshot.
 */
final class Reads {
    private Reads() {}

    static Compiled compile(Read read, SchemaModel schema, PlannerSettings settings, Form form) {
        Scope scope = new Scope(schema, settings, form);
        Relation relation = relation(read.from(), schema);
        Source source = Source.of(relation, scope.alias(relation.name()), schema);
        String from = relation.name().sql() + " AS " + source.alias();
        Selects selects = new Selects(scope, settings.maxRows());
        Select select = selects.root(source, from, read.selection());
        return switch (read.count()) {
            case NONE -> plain(scope, select, form, Optional.empty());
            case EXACT ->
                select.limit.isEmpty()
                        ? plain(scope, select, form, Optional.empty())
                        : counted(
                                scope,
                                "",
                                select,
                                form,
                                selects.matching(source, from, List.of(), read.selection(), 0),
                                Optional.empty());
            case PLANNED -> plain(scope, select, form, Optional.of(estimate(read, relation, scope, true)));
            case ESTIMATED -> {
                Compiled.Estimate estimate = estimate(read, relation, scope, false);
                String matching = selects.matching(source, from, List.of(), read.selection(), 0) + " LIMIT "
                        + (estimate.threshold() + 1);
                yield counted(scope, "", select, form, matching, Optional.of(estimate));
            }
        };
    }

    static Relation relation(QualifiedName name, SchemaModel schema) {
        return schema.relation(name).orElseThrow(() -> new QueryException(new QueryError.UnknownRelation(name)));
    }

    private static Compiled plain(Scope scope, Select select, Form form, Optional<Compiled.Estimate> estimate) {
        return switch (form) {
            case Whole whole ->
                whole.compiled(scope, "", select, Compiled.Shape.ROWS, Optional.empty(), false, estimate);
            case Compiled.Output output -> plain(scope, select, new SelectList(select.items, output), estimate);
        };
    }

    private static Compiled plain(Scope scope, Select select, SelectList list, Optional<Compiled.Estimate> estimate) {
        return new Compiled(
                select.with(list.sql()),
                scope.parameters(),
                Compiled.Shape.ROWS,
                list.printed(),
                false,
                List.of(),
                estimate);
    }

    /**
     * @param with common table expressions that both halves read, or nothing
     * @param matching a statement with one row for each that is to be counted
     */
    static Compiled counted(
            Scope scope, String with, Select select, Form form, String matching, Optional<Compiled.Estimate> estimate) {
        return counted(scope, with, select, form, matching, estimate, Compiled.Shape.ROWS);
    }

    /** @param shape what the rows of the page are */
    static Compiled counted(
            Scope scope,
            String with,
            Select select,
            Form form,
            String matching,
            Optional<Compiled.Estimate> estimate,
            Compiled.Shape shape) {
        return switch (form) {
            case Whole whole -> {
                Optional<String> total = Optional.of("(SELECT count(*) FROM (" + matching + ") m)");
                yield whole.compiled(scope, with, select, shape, total, false, estimate);
            }
            case Compiled.Output output ->
                counted(scope, with, select, new SelectList(select.items, output), matching, estimate, shape);
        };
    }

    private static Compiled counted(
            Scope scope,
            String with,
            Select select,
            SelectList list,
            String matching,
            Optional<Compiled.Estimate> estimate,
            Compiled.Shape shape) {
        List<String> inner = new ArrayList<>(list.numbered());
        inner.addFirst("true AS hit");
        List<String> outer = new ArrayList<>(List.of("p.hit", "t.total"));
        IntStream.rangeClosed(1, list.sql().size()).forEach(i -> outer.add("p.c" + i));
        String sql = with + "SELECT " + String.join(", ", outer) + " FROM (SELECT count(*) AS total FROM (" + matching
                + ") m) t LEFT JOIN (" + select.with(inner) + ") p ON true";
        return new Compiled(sql, scope.parameters(), shape, list.printed(), true, List.of(), estimate);
    }

    /** EXPLAIN of the count. */
    private static Compiled.Estimate estimate(Read read, Relation relation, Scope shared, boolean always) {
        Scope scope = new Scope(shared.schema(), shared.settings(), Compiled.Output.JSON);
        Source source = Source.of(relation, scope.alias(), scope.schema());
        String matching = new Selects(scope, scope.settings().maxRows())
                .matching(source, relation.name().sql() + " AS " + source.alias(), List.of(), read.selection(), 0);
        long threshold = scope.settings().maxRows().orElse(Compiled.Estimate.DEFAULT_THRESHOLD);
        return new Compiled.Estimate("EXPLAIN (FORMAT JSON) " + matching, scope.parameters(), always, threshold);
    }
}
