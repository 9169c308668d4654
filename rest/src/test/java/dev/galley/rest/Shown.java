package dev.galley.rest;

import dev.galley.query.Bindings;
import dev.galley.query.FieldPath;
import dev.galley.query.Filter;
import dev.galley.query.OrderTerm;
import dev.galley.query.Selection;
import dev.galley.query.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Writes parsed requests in one line, values in place, so that tables of cases stay readable. */
final class Shown {
    private final Bindings bindings;

    Shown(Bindings bindings) {
        this.bindings = bindings;
    }

    String selection(Selection selection) {
        return items(selection.items())
                + (selection.filter().equals(Filter.NONE) ? "" : " where " + filter(selection.filter()))
                + (selection.order().isEmpty() ? "" : " order " + order(selection.order()))
                + (selection.limit().isPresent() ? " limit " + selection.limit().getAsLong() : "")
                + selection.offset().map(offset -> " offset " + value(offset)).orElse("");
    }

    private String items(List<Selection.Item> items) {
        return items.stream().map(this::item).collect(Collectors.joining(" ", "[", "]"));
    }

    private String item(Selection.Item item) {
        return switch (item) {
            case Selection.All all -> "*";
            case Selection.Field field ->
                field.alias().map(alias -> alias + "=").orElse("")
                        + field.aggregate().map(aggregate -> aggregate + "(").orElse("")
                        + field.path().map(Shown::field).orElse("")
                        + field.innerCast().map(cast -> "::" + cast).orElse("")
                        + field.aggregate().map(aggregate -> ")").orElse("")
                        + field.cast().map(cast -> "::" + cast).orElse("");
            case Selection.Embed embed ->
                embed.alias().map(alias -> alias + "=").orElse("")
                        + (embed.spread() ? "..." : "")
                        + embed.target()
                        + embed.hint().map(hint -> "!" + hint).orElse("")
                        + (embed.inner() ? "!inner" : "")
                        + selection(embed.selection());
        };
    }

    String filter(Filter filter) {
        return switch (filter) {
            case Filter.And and -> and.all().stream().map(this::filter).collect(Collectors.joining(" & ", "(", ")"));
            case Filter.Or or -> or.any().stream().map(this::filter).collect(Collectors.joining(" | ", "(", ")"));
            case Filter.Not not -> "!" + filter(not.filter());
            case Filter.Compare compare ->
                field(compare.field()) + " " + compare.operator()
                        + compare.quantifier().map(each -> " " + each).orElse("") + " <" + value(compare.value()) + ">";
            case Filter.Is is -> field(is.field()) + " IS " + is.test();
            case Filter.FullText text ->
                field(text.field()) + " @@ " + text.parser()
                        + text.configuration().map(each -> " " + each).orElse("") + " <" + value(text.value()) + ">";
            case Filter.NoRelated none -> "no " + none.embed();
            case Filter.Aggregated aggregated -> aggregated.toString();
        };
    }

    static String order(List<OrderTerm> terms) {
        return terms.stream()
                .map(term -> term.embed().map(embed -> embed + "/").orElse("")
                        + field(term.field())
                        + term.direction().map(each -> " " + each).orElse("")
                        + term.nulls().map(each -> " nulls " + each).orElse(""))
                .collect(Collectors.joining(", "));
    }

    private static String field(FieldPath path) {
        return path.column()
                + path.json().stream()
                        .map(step -> (step.asText() ? "->>" : "->")
                                + (step.isIndex() ? "#" + step.keyOrIndex() : step.keyOrIndex()))
                        .collect(Collectors.joining());
    }

    private String value(Value value) {
        byte[] bytes = bindings.get(value);
        return bytes == null ? "NULL" : new String(bytes, StandardCharsets.UTF_8);
    }
}
