package dev.galley.query;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns a {@link Selection} over a {@link Source} into a {@link Select}.
 *
 * <p>An embed of one row is a lateral join that gives one JSON column: PostgreSQL can flatten it into a plain join. An embed of many rows is
 * a correlated subquery in the select list, which gives the same column but is evaluated after order and limit, for the rows of the page
 * only; next to aggregates it is a lateral join too, since there it has to be grouped by. Whether related rows exist ({@code !inner},
 * {@code rel=is.null}) is asked by EXISTS, so that those become semi- and anti-joins.
 */
final class Selects {
    private final Scope scope;
    private final OptionalLong maxRows;

    /** @param maxRows the cap of every level */
    Selects(Scope scope, OptionalLong maxRows) {
        this.scope = scope;
        this.maxRows = maxRows;
    }

    Select root(Source source, String from, Selection selection) {
        resolveEmbeds(source.name(), selection, 0);
        return compile(source, from, List.of(), selection, 0, maxRows, false);
    }

    /** All of them before any column: of two mistakes the embed is the one to tell of. */
    private void resolveEmbeds(QualifiedName from, Selection selection, int depth) {
        scope.checkDepth(depth);
        for (Selection.Item item : selection.items()) {
            if (item instanceof Selection.Embed embed) {
                Relationship found = Relationships.find(scope.schema(), from, embed.target(), embed.hint());
                resolveEmbeds(found.to(), embed.selection(), depth + 1);
            }
        }
    }

    /** The rows that match, without what is taken from them: for counts and EXISTS. */
    String matching(Source source, String from, List<String> linked, Selection selection, int depth) {
        scope.checkDepth(depth);
        if (selection.gathers() && Aggregates.groups(selection, source)) {
            Select groups = compile(source, from, linked, selection, depth, OptionalLong.empty(), false);
            groups.order.clear();
            groups.limit = "";
            return groups.numbered();
        }
        Select select = new Select(from);
        select.where.addAll(linked);
        select.where.addAll(conditions(source, selection, depth));
        for (Selection.Item item : selection.items()) {
            if (item instanceof Selection.Embed embed && embed.inner()) {
                select.where.add(exists(source, embed, depth + 1));
            }
        }
        distinctOn(select, source, selection);
        return select.with(List.of("1"));
    }

    private List<String> conditions(Source source, Selection selection, int depth) {
        return new Conditions(scope, source, label -> exists(source, embedOf(selection, label), depth + 1))
                .all(selection.filter());
    }

    private String exists(Source parent, Selection.Embed embed, int depth) {
        Link link = Link.of(scope, parent, embed);
        String rows = matching(link.source(), link.from(), link.conditions(), embed.selection(), depth);
        return "EXISTS (" + rows + page(embed.selection(), OptionalLong.empty()) + ")";
    }

    private static Selection.Embed embedOf(Selection selection, String label) {
        for (Selection.Item item : selection.items()) {
            if (item instanceof Selection.Embed embed && embed.label().equals(label)) {
                return embed;
            }
        }
        throw new QueryException(new QueryError.NotEmbedded(label));
    }

    private String page(Selection selection, OptionalLong cap) {
        StringBuilder sql = new StringBuilder();
        if (selection.limit().isPresent() || cap.isPresent()) {
            long limit = Math.min(selection.limit().orElse(Long.MAX_VALUE), cap.orElse(Long.MAX_VALUE));
            sql.append(" LIMIT ").append(limit);
        }
        selection
                .offset()
                .ifPresent(offset ->
                        sql.append(" OFFSET ").append(scope.parameters().add(offset)));
        return sql.toString();
    }

    /** @param hoist leave aggregates to the parent, which gets the columns beside its own */
    private Select compile(
            Source source,
            String from,
            List<String> linked,
            Selection selection,
            int depth,
            OptionalLong cap,
            boolean hoist) {
        scope.checkDepth(depth);
        scope.countSelectItems(selection.items().size());
        Select select = new Select(from);
        select.where.addAll(linked);
        select.where.addAll(conditions(source, selection, depth));
        boolean grouped = Aggregates.groups(selection, source) && !(hoist && Aggregates.in(selection, source));
        Map<Selection.Embed, List<String>> orders = new HashMap<>();
        for (Selection.Item item : selection.items()) {
            switch (item) {
                case Selection.All() ->
                    source.columns()
                            .forEach((name, type) -> select.items.add(new Select.Item(name, source.column(name))));
                case Selection.Field field
                when !hoist && Aggregates.isBareCount(field, source) ->
                    select.items.add(Aggregates.item(source, Aggregates.counting(field), false, scope.schema()));
                case Selection.Field field -> select.items.add(field(source, field, hoist));
                case Selection.Embed embed ->
                    orders.put(embed, embed(select, source, embed, selection.order(), depth, grouped || hoist));
            }
        }
        if (grouped) {
            Aggregates.group(select, scope.schema());
            select.having.addAll(having(source, selection));
        }
        distinctOn(select, source, selection);
        order(select, source, selection, orders);
        if (!grouped
                && selection.distinct().isEmpty()
                && selection.order().stream().anyMatch(term -> term.embed().isPresent())) {
            breakTies(select, source);
        }
        select.limit = page(selection, cap);
        return select;
    }

    private Select.Item field(Source source, Selection.Field field, boolean hoist) {
        if (field.aggregate().isPresent()) {
            Aggregates.requireAllowed(scope);
            return Aggregates.item(source, field, hoist, scope.schema());
        }
        FieldPath path = field.path().orElseThrow();
        Expression value = Fields.resolve(source, path);
        Expression cast = field.cast().isPresent()
                ? Types.cast(Types.shown(value), field.cast().get(), scope.schema())
                : value;
        return new Select.Item(field.alias().orElseGet(() -> Fields.key(path)), cast);
    }

    /** Adds the embed to the select; gives the SQL of the parent's order terms that go by the embed's fields. */
    private List<String> embed(
            Select select, Source parent, Selection.Embed embed, List<OrderTerm> order, int depth, boolean grouped) {
        Link link = Link.of(scope, parent, embed);
        List<OrderTerm> own = order.stream()
                .filter(term -> term.embed().equals(Optional.of(embed.label())))
                .toList();
        if (!own.isEmpty() && !link.toOne()) {
            throw new QueryException(new QueryError.OrderNeedsToOne(parent.name(), embed.label()));
        }
        if (embed.spread() && !link.toOne() && Aggregates.in(embed.selection())) {
            Aggregates.requireAllowed(scope);
            throw new QueryException(new QueryError.AggregateInSpread());
        }
        int before = scope.parameters().count();
        Select rows = compile(
                link.source(),
                link.from(),
                link.conditions(),
                embed.selection(),
                depth + 1,
                link.toOne() ? OptionalLong.empty() : maxRows,
                embed.spread() && link.toOne());
        boolean shown = !isEmpty(embed.selection());
        if (!shown && own.isEmpty()) {
            scope.parameters().truncate(before);
        }
        if (embed.inner() && (!link.toOne() || (!shown && own.isEmpty()))) {
            select.where.add(exists(parent, embed, depth + 1));
        }
        if (!shown && own.isEmpty()) {
            return List.of();
        }
        EmbedSql sql = new EmbedSql(scope, select, embed, grouped);
        if (!link.toOne()) {
            sql.many(rows);
            return List.of();
        }
        return sql.one(
                rows, shown, link.source(), own.stream().map(OrderTerm::field).toList());
    }

    /** Nothing is taken from it or from what it embeds: it only filters. */
    private static boolean isEmpty(Selection selection) {
        for (Selection.Item item : selection.items()) {
            if (!(item instanceof Selection.Embed embed) || !isEmpty(embed.selection())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Many rows relate to the same one, and no index gives an order by it: the primary key makes that order, and so the pages, definite. Only where
     * the key is used anyway, since it might else be a column that the role may not see.
     */
    private void breakTies(Select select, Source source) {
        List<String> key =
                scope.schema().relation(source.name()).map(Relation::primaryKey).orElse(List.of());
        if (source.used().containsAll(key)) {
            key.forEach(column -> select.order.add(source.column(column).sql()));
        }
    }

    private List<String> having(Source source, Selection selection) {
        return new Conditions(scope, source, label -> {
                    throw new QueryException(new QueryError.NotEmbedded(label));
                })
                .all(selection.having());
    }

    /** PostgreSQL wants the order to begin with what is distinct. */
    private void distinctOn(Select select, Source source, Selection selection) {
        List<FieldPath> on = selection.distinct().map(Selection.Distinct::on).orElse(List.of());
        scope.countSelectItems(on.size());
        for (FieldPath field : on) {
            select.distinctOn.add(Fields.resolve(source, field).sql());
        }
        boolean first = selection.order().stream()
                .limit(on.size())
                .filter(term -> term.embed().isEmpty() && term.aggregate().isEmpty())
                .map(OrderTerm::field)
                .collect(Collectors.toSet())
                .equals(Set.copyOf(on));
        if (!first) {
            select.order.addAll(select.distinctOn);
        }
    }

    private void order(Select select, Source source, Selection selection, Map<Selection.Embed, List<String>> ofEmbeds) {
        Map<String, Integer> used = new HashMap<>();
        for (OrderTerm term : selection.order()) {
            scope.countFilterTerm();
            String field;
            if (term.embed().isPresent()) {
                String label = term.embed().get();
                int index = used.merge(label, 1, Integer::sum) - 1;
                field = ofEmbeds.getOrDefault(embedOf(selection, label), List.of())
                        .get(index);
            } else {
                field = term.aggregate()
                        .map(aggregate -> Aggregates.value(scope, source, aggregate))
                        .orElseGet(() -> Fields.resolve(source, term.field()))
                        .sql();
            }
            select.order.add(field
                    + term.direction()
                            .map(direction -> " " + direction.name().toUpperCase(Locale.ROOT))
                            .orElse("")
                    + term.nulls().map(nulls -> " NULLS " + nulls.name()).orElse(""));
        }
    }
}
