package dev.galley.query;

import dev.galley.schema.Identifiers;
import dev.galley.schema.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * What a write gives back. Only columns that are asked for are returned by the statement, since the caller needs the privilege to select
 * them.
 *
 * @param target the rows written, within the statement
 * @param returning the statement, given the columns it is to return
 */
record Written(Scope scope, Relation relation, Source target, UnaryOperator<String> returning) {

    Compiled compile(Returning wanted, Form form) {
        List<String> keys = wanted.keys() ? relation.primaryKey() : List.of();
        if (wanted.rows().isPresent()) {
            return rows(wanted.rows().get(), keys, form);
        }
        if (keys.isEmpty()) {
            String sql = "WITH w AS (" + returning.apply("1") + ") SELECT count(*) FROM w";
            return compiled(sql, Compiled.Shape.COUNT, List.of(), List.of());
        }
        List<String> columns =
                keys.stream().map(key -> target.column(key).sql()).toList();
        return compiled(returning.apply(String.join(", ", columns)), Compiled.Shape.SILENT, List.of(), keys);
    }

    private Compiled rows(Selection selection, List<String> keys, Form form) {
        boolean embeds = selection.items().stream().anyMatch(Selection.Embed.class::isInstance);
        if (!embeds && !selection.items().isEmpty()) {
            Select select = selects().root(target, "", selection);
            if (form instanceof Compiled.Output output && select.isPlain()) {
                SelectList list = new SelectList(select.items, output);
                List<String> columns = new ArrayList<>(list.sql());
                keys.forEach(key -> columns.add(target.column(key).sql()));
                return compiled(returning.apply(String.join(", ", columns)), Compiled.Shape.ROWS, list.printed(), keys);
            }
        }
        return throughExpression(selection, keys, form);
    }

    /** The rows come from a common table expression, and are selected from like those of the relation. */
    private Compiled throughExpression(Selection selection, List<String> keys, Form form) {
        Source rows = Source.copyOf(relation, scope.alias(relation.name()), scope.schema());
        Select select = selects().root(rows, "w AS " + rows.alias(), selection);
        List<String> keyColumns =
                keys.stream().map(key -> rows.column(key).sql()).toList();
        List<String> needed = relation.columns().keySet().stream()
                .filter(rows.used()::contains)
                .map(name -> target.alias() + "." + Identifiers.quote(name))
                .toList();
        String returned = needed.isEmpty() ? "1" : String.join(", ", needed);
        String with = "WITH w AS (" + returning.apply(returned) + ") ";
        return switch (form) {
            case Whole whole ->
                whole.compiled(scope, with, select, Compiled.Shape.ROWS, Optional.empty(), true, Optional.empty());
            case Compiled.Output output -> {
                SelectList list = new SelectList(select.items, output);
                List<String> columns = new ArrayList<>(list.sql());
                columns.addAll(keyColumns);
                yield compiled(with + select.with(columns), Compiled.Shape.ROWS, list.printed(), keys);
            }
        };
    }

    private Selects selects() {
        return new Selects(scope, OptionalLong.empty());
    }

    private Compiled compiled(String sql, Compiled.Shape shape, List<Compiled.Printed> columns, List<String> keys) {
        return new Compiled(sql, scope.parameters(), shape, columns, false, keys, Optional.empty());
    }
}
