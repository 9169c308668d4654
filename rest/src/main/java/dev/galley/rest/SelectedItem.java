package dev.galley.rest;

import dev.galley.query.Filter;
import dev.galley.query.OrderTerm;
import dev.galley.query.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One item of a {@code select} as it is read; filters, orders and limits of an embed come from other parameters. */
sealed interface SelectedItem {

    record Plain(Selection.Item item) implements SelectedItem {}

    /** A related relation and what is asked of it. Filled while the parameters are read; confined to the request. */
    final class Embedded implements SelectedItem {
        final String target;
        final Optional<String> alias;
        final Optional<String> hint;
        final boolean inner;
        final boolean spread;
        final List<SelectedItem> items = new ArrayList<>(4);
        final List<Filter> filters = new ArrayList<>(2);
        List<OrderTerm> order = List.of();
        OptionalLong limit = OptionalLong.empty();
        OptionalLong offset = OptionalLong.empty();
        Optional<Selection.Distinct> distinct = Optional.empty();
        final List<Filter> having = new ArrayList<>(0);

        Embedded(String target, Optional<String> alias, Optional<String> hint, boolean inner, boolean spread) {
            this.target = target;
            this.alias = alias;
            this.hint = hint;
            this.inner = inner;
            this.spread = spread;
        }

        /** What stands for the relation of the request itself. */
        static Embedded root() {
            return new Embedded("", Optional.empty(), Optional.empty(), false, false);
        }

        String label() {
            return alias.orElse(target);
        }
    }
}
