package dev.galley.query;

import dev.galley.schema.Relation;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Compiles calls of functions. A function that returns rows stands after FROM, where it runs once and to its end whatever the limit, and its
 * result is selected from like a relation; a function that returns one value stands in the select list.
 */
final class Calls {
    private final Scope scope;
    private final Routine routine;
    private final Call call;

    private Calls(Scope scope, Routine routine, Call call) {
        this.scope = scope;
        this.routine = routine;
        this.call = call;
    }

    static Compiled compile(Call call, Routine routine, SchemaModel schema, PlannerSettings settings, Form form) {
        Calls calls = new Calls(new Scope(schema, settings, form), routine, call);
        return routine.returns().composite() ? calls.rows(form) : calls.scalar(form);
    }

    private Compiled scalar(Form form) {
        boolean set = routine.returns().set();
        CallArguments arguments = CallArguments.of(scope, routine, call.arguments());
        String alias = scope.alias(call.function());
        String from = set
                ? arguments.beside(arguments.call() + " AS " + alias + "(" + Whole.SCALAR + ")")
                : "(SELECT " + arguments.call() + " AS " + Whole.SCALAR + arguments.fromOnly() + ") AS " + alias;
        Source none = Source.plain(call.function(), alias, Map.of());
        Selection selection = set ? call.selection() : withoutPage(call.selection());
        Selection noItems =
                new Selection(List.of(), selection.filter(), selection.order(), selection.limit(), selection.offset());
        Selects selects = selects(set);
        Type type = routine.returns().type();
        if (set && counted()) {
            String with = "WITH f AS MATERIALIZED (SELECT " + alias + "." + Whole.SCALAR + " FROM " + from + ") ";
            Source page = Source.plain(call.function(), scope.alias(), Map.of());
            Select select = selects.root(page, "f AS " + page.alias(), noItems);
            select.items.add(new Select.Item(Whole.SCALAR, new Expression(page.alias() + "." + Whole.SCALAR, type)));
            Source all = Source.plain(call.function(), scope.alias(), Map.of());
            String matching = selects.matching(all, "f AS " + all.alias(), List.of(), noItems, 0);
            return Reads.counted(scope, with, select, form, matching, Optional.empty(), Compiled.Shape.VALUES);
        }
        Select select = selects.root(none, from, noItems);
        Expression value = new Expression(alias + "." + Whole.SCALAR, type);
        select.items.add(new Select.Item(Whole.SCALAR, value));
        return compiled(form, select, set ? Compiled.Shape.VALUES : Compiled.Shape.VALUE);
    }

    private Compiled compiled(Form form, Select select, Compiled.Shape shape) {
        return switch (form) {
            case Whole whole -> whole.compiled(scope, "", select, shape, Optional.empty(), false, Optional.empty());
            case Compiled.Output output -> {
                SelectList list = new SelectList(select.items, output);
                yield new Compiled(
                        select.with(list.sql()),
                        scope.parameters(),
                        shape,
                        list.printed(),
                        false,
                        List.of(),
                        Optional.empty());
            }
        };
    }

    private static Selection withoutPage(Selection selection) {
        return new Selection(selection.items(), selection.filter(), List.of(), OptionalLong.empty(), Optional.empty());
    }

    private Selects selects(boolean set) {
        return new Selects(scope, set ? scope.settings().maxRows() : OptionalLong.empty());
    }

    private Compiled rows(Form form) {
        boolean set = routine.returns().set();
        CallArguments arguments = CallArguments.of(scope, routine, call.arguments());
        String alias = scope.alias(routine.returns().relation().orElse(call.function()));
        Selects selects = selects(set);
        if (set && counted()) {
            String with = "WITH f AS MATERIALIZED (SELECT " + alias + ".* FROM "
                    + arguments.beside(arguments.call() + " AS " + alias) + ") ";
            Source page = source(scope.alias(), true);
            Select select = selects.root(page, "f AS " + page.alias(), call.selection());
            Source all = source(scope.alias(), true);
            String matching = selects.matching(all, "f AS " + all.alias(), List.of(), call.selection(), 0);
            return Reads.counted(scope, with, select, form, matching, Optional.empty());
        }
        Source source = source(alias, false);
        Select select = selects.root(source, arguments.beside(arguments.call() + " AS " + alias), call.selection());
        return compiled(form, select, set ? Compiled.Shape.ROWS : Compiled.Shape.ROW);
    }

    /** Whether the total is not simply the number of rows given. */
    private boolean counted() {
        boolean wanted = call.count() == Count.EXACT || call.count() == Count.ESTIMATED;
        boolean paged = call.selection().limit().isPresent()
                || call.selection().offset().isPresent()
                || scope.settings().maxRows().isPresent();
        return wanted && paged;
    }

    /** @param copy whether the rows are read from a common table expression */
    private Source source(String alias, boolean copy) {
        Optional<Relation> relation = routine.returns().relation().flatMap(scope.schema()::relation);
        if (relation.isPresent()) {
            return copy
                    ? Source.copyOf(relation.get(), alias, scope.schema())
                    : Source.of(relation.get(), alias, scope.schema());
        }
        Map<String, Type> columns = new LinkedHashMap<>();
        for (Type.Attribute attribute : routine.returns().columns()) {
            columns.put(attribute.name(), Types.named(attribute.typeSql(), scope.schema()));
        }
        return Source.plain(call.function(), alias, columns);
    }
}
