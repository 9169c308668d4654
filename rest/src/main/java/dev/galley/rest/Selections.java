package dev.galley.rest;

import dev.galley.query.Bindings;
import dev.galley.query.Filter;
import dev.galley.query.Selection;
import dev.galley.query.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Makes the immutable selection of a query from what the parameters said. */
final class Selections {
    private final Bindings bindings;

    Selections(Bindings bindings) {
        this.bindings = bindings;
    }

    /** Of a read or a call: with conditions and ranges. */
    Selection rows(SelectedItem.Embedded root, RowRange range) {
        return selection(root, range, true);
    }

    /** Of the rows that a write gives back: its own conditions choose what is written, and limits do not apply. */
    Selection written(SelectedItem.Embedded root) {
        return new Selection(
                items(root, false),
                Filter.NONE,
                root.order,
                OptionalLong.empty(),
                Optional.empty(),
                root.distinct,
                having(root));
    }

    /** The conditions of one level, those on the presence of an embed among them. */
    Filter filter(SelectedItem.Embedded node) {
        if (node.filters.isEmpty()) return Filter.NONE;
        Set<String> labels = new HashSet<>();
        for (SelectedItem item : node.items) {
            if (item instanceof SelectedItem.Embedded embedded) labels.add(embedded.label());
        }
        List<Filter> all = new ArrayList<>(node.filters.size());
        for (Filter each : node.filters) all.add(labels.isEmpty() ? each : presence(each, labels));
        return new Filter.And(List.copyOf(all));
    }

    private Selection selection(SelectedItem.Embedded node, RowRange range, boolean ranges) {
        return new Selection(
                items(node, ranges),
                filter(node),
                node.order,
                range.limit(),
                range.offset() > 0 ? Optional.of(bind(range.offset())) : Optional.empty(),
                node.distinct,
                having(node));
    }

    private static Filter having(SelectedItem.Embedded node) {
        return node.having.isEmpty() ? Filter.NONE : new Filter.And(List.copyOf(node.having));
    }

    private List<Selection.Item> items(SelectedItem.Embedded node, boolean ranges) {
        List<Selection.Item> items = new ArrayList<>(node.items.size());
        for (SelectedItem item : node.items) {
            items.add(
                    switch (item) {
                        case SelectedItem.Plain plain -> plain.item();
                        case SelectedItem.Embedded embedded -> embed(embedded, ranges);
                    });
        }
        return List.copyOf(items);
    }

    private Selection.Embed embed(SelectedItem.Embedded node, boolean ranges) {
        RowRange range = ranges ? RowRange.of(node.limit, node.offset, Optional.empty()) : RowRange.ALL;
        return new Selection.Embed(
                node.target, node.alias, node.hint, node.inner, node.spread, selection(node, range, ranges));
    }

    private Value bind(long number) {
        return bindings.add(Long.toString(number));
    }

    /** {@code rel=is.null} speaks of the embed of that label, not of a column. */
    private static Filter presence(Filter filter, Set<String> labels) {
        return switch (filter) {
            case Filter.And and ->
                new Filter.And(
                        and.all().stream().map(each -> presence(each, labels)).toList());
            case Filter.Or or ->
                new Filter.Or(
                        or.any().stream().map(each -> presence(each, labels)).toList());
            case Filter.Not not -> new Filter.Not(presence(not.filter(), labels));
            case Filter.Is is
            when is.field().json().isEmpty() && labels.contains(is.field().column()) ->
                switch (is.test()) {
                    case NULL -> new Filter.NoRelated(is.field().column());
                    case NOT_NULL ->
                        new Filter.Not(new Filter.NoRelated(is.field().column()));
                    case TRUE, FALSE, UNKNOWN -> is;
                };
            case Filter.Is is -> is;
            case Filter.Compare compare -> compare;
            case Filter.FullText fullText -> fullText;
            case Filter.NoRelated none -> none;
            case Filter.Aggregated aggregated -> aggregated;
        };
    }
}
