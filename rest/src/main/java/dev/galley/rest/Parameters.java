package dev.galley.rest;

import dev.galley.query.Bindings;
import dev.galley.query.Filter;
import dev.galley.query.OrderTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads all parameters of a query string: the tree of {@code select} first, then each other parameter into the branch that its
 * name leads to ({@code author.books.order=title}).
 */
final class Parameters {
    private final Limits limits;
    private final OperatorParser operators;
    private final LogicParser logic;
    private final boolean readingCall;
    private final boolean legacyNames;

    /** The relation of the request: its items, conditions, order and range. */
    final SelectedItem.Embedded root = SelectedItem.Embedded.root();
    /** What is given to a function, by name. */
    final List<QueryString.Parameter> arguments = new ArrayList<>(0);
    /** Embeds that a parameter named by their relation although they have an alias: name and alias. */
    final List<Map.Entry<String, String>> renamed = new ArrayList<>(0);

    Optional<List<String>> columns = Optional.empty();
    Optional<List<String>> onConflict = Optional.empty();
    boolean filtersEmbeds;
    boolean hasLogic;
    private int conditions;

    /**
     * @param readingCall whether a function is called by GET: what does not look like a condition is then an argument
     * @param legacyNames whether an embed with an alias answers to its relation's name too
     */
    Parameters(Bindings bindings, Limits limits, boolean readingCall, boolean legacyNames) {
        this.limits = limits;
        this.operators = new OperatorParser(bindings);
        this.logic = new LogicParser(operators, limits.depth());
        this.readingCall = readingCall;
        this.legacyNames = legacyNames;
    }

    Parameters read(QueryString query) {
        String select = query.first("select").orElse("*");
        new SelectParser(limits.depth(), limits.terms()).whole(new Scanner("select parameter", select), root.items);
        columns = query.first("columns").map(text -> names("columns parameter", text));
        onConflict = query.first("on_conflict").map(text -> names("on_conflict parameter", text));
        for (QueryString.Parameter each : query.parameters()) read(each.name(), each.value());
        return this;
    }

    /** Whether the request's own rows are limited by {@code limit} or {@code offset}. */
    boolean limited() {
        return root.limit.isPresent() || root.offset.isPresent();
    }

    private void read(String name, String value) {
        if (name.equals("select") || name.equals("columns") || name.equals("on_conflict") || name.isEmpty()) return;
        switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "and", "or" -> readLogic(name, value);
            case "order" -> {
                SelectedItem.Embedded target = target(path("tree path", name));
                List<OrderTerm> terms = OrderParser.terms(new Scanner("order", value));
                if (target.order.isEmpty()) target.order = terms;
            }
            case "limit" -> target(path("tree path", name)).limit = number("limit", value);
            case "offset" -> target(path("tree path", name)).offset = number("offset", value);
            case "distinct", "having" -> readGathering(name, value);
            default -> readFilter(name, value);
        }
    }

    /** What reads as a condition on a column of that name is one, and a function may have a parameter of that name. */
    private void readGathering(String name, String value) {
        boolean tree = value.startsWith("not.or(") || value.startsWith("not.and(");
        if (readingCall || (!tree && OperatorParser.looksLikeCondition(value))) {
            readFilter(name, value);
            return;
        }
        SelectedItem.Embedded target = target(path("tree path", name));
        if (name.endsWith("having")) {
            countConditions(value);
            target.having.add(new HavingParser(operators, limits.depth()).whole(new Scanner("having", value)));
        } else if (target.distinct.isEmpty()) {
            target.distinct = Optional.of(DistinctParser.whole(new Scanner("distinct", value)));
        }
    }

    private void readFilter(String name, String value) {
        if (readingCall && !OperatorParser.looksLikeCondition(value)) {
            arguments.add(new QueryString.Parameter(name, value));
            return;
        }
        countCondition();
        Scanner in = new Scanner("tree path", name);
        List<String> path = new ArrayList<>(2);
        var field = Names.field(in);
        while (field.json().isEmpty() && in.skip('.')) {
            path.add(field.column());
            field = Names.field(in);
        }
        in.requireEnd();
        if (!path.isEmpty()) filtersEmbeds = true;
        Scanner condition = new Scanner("filter", value);
        Filter filter = operators.condition(condition, field, false);
        condition.requireEnd();
        target(path).filters.add(filter);
    }

    private void readLogic(String name, String value) {
        countConditions(value);
        hasLogic = true;
        List<String> path = path("logic path", name);
        String operator = name.substring(name.lastIndexOf('.') + 1);
        boolean negated = path.removeIf("not"::equals);
        String whole = (negated ? "not." : "") + operator + value;
        target(path).filters.add(logic.whole(new Scanner("logic tree", value, whole)));
    }

    /** Not fewer than there are. */
    private void countConditions(String list) {
        for (int i = 0; i < list.length(); i++) {
            if (list.charAt(i) == ',') countCondition();
        }
    }

    private void countCondition() {
        if (++conditions > limits.terms()) {
            throw new RestException(new RestError.TooComplex("conditions", limits.terms()));
        }
    }

    /** The names before the last. */
    private static List<String> path(String what, String name) {
        if (name.indexOf('.') < 0) return new ArrayList<>(0);
        Scanner in = new Scanner(what, name);
        List<String> path = new ArrayList<>(2);
        path.add(Names.name(in));
        while (in.skip('.')) path.add(Names.name(in));
        in.requireEnd();
        path.removeLast();
        return path;
    }

    private SelectedItem.Embedded target(List<String> path) {
        SelectedItem.Embedded target = root;
        for (String name : path) target = child(target, name);
        return target;
    }

    private SelectedItem.Embedded child(SelectedItem.Embedded parent, String name) {
        SelectedItem.@Nullable Embedded byTarget = null;
        for (SelectedItem item : parent.items) {
            if (!(item instanceof SelectedItem.Embedded embedded)) continue;
            if (embedded.label().equals(name)) return embedded;
            if (byTarget == null && embedded.target.equals(name)) byTarget = embedded;
        }
        if (byTarget == null) throw new RestException(new RestError.NotEmbedded(name, Optional.empty()));
        if (!legacyNames) throw new RestException(new RestError.NotEmbedded(name, byTarget.alias));
        renamed.add(Map.entry(name, byTarget.label()));
        return byTarget;
    }

    private static List<String> names(String what, String text) {
        Scanner in = new Scanner(what, text);
        SortedSet<String> names = new TreeSet<>();
        do {
            in.skipSpaces();
            names.add(Names.name(in));
            in.skipSpaces();
        } while (in.skip(','));
        in.requireEnd();
        return List.copyOf(names);
    }

    private static OptionalLong number(String what, String value) {
        String text = value.strip();
        int digits = text.startsWith("-") ? 1 : 0;
        boolean number = text.length() > digits && text.chars().skip(digits).allMatch(Names::isDigit);
        if (!number) {
            throw new RestException(new RestError.BadParameter(
                    "\"failed to parse " + what + " (" + value + ")\" (line 1, column 1)", "expecting a whole number"));
        }
        return OptionalLong.of(RowRange.number(text));
    }
}
