package dev.galley.query;

import dev.galley.schema.Type;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes a filter as an SQL condition. A value has no type of its own: PostgreSQL infers it from the other operand, exactly as it does for
 * a literal, so that enums, ranges, arrays and domains need no cast and indexes are used.
 */
final class Conditions {
    private final Scope scope;
    private final Source source;
    private final Function<FieldPath, Expression> fields;
    private final Function<String, String> related;

    /** @param related the condition that the embed of a label has rows */
    Conditions(Scope scope, Source source, Function<String, String> related) {
        this(scope, source, field -> Fields.resolve(source, field), related);
    }

    private Conditions(
            Scope scope, Source source, Function<FieldPath, Expression> fields, Function<String, String> related) {
        this.scope = scope;
        this.source = source;
        this.fields = fields;
        this.related = related;
    }

    /** The terms that must all hold. */
    List<String> all(Filter filter) {
        return filter instanceof Filter.And(List<Filter> all)
                ? all.stream().map(this::sql).toList()
                : List.of(sql(filter));
    }

    private String sql(Filter filter) {
        scope.countFilterTerm();
        return switch (filter) {
            case Filter.And(List<Filter> all) -> all.isEmpty() ? "true" : joined(all, " AND ");
            case Filter.Or(List<Filter> any) -> any.isEmpty() ? "false" : joined(any, " OR ");
            // Written as one EXISTS: PostgreSQL makes no join of one that is negated twice.
            case Filter.Not(Filter.NoRelated(String embed)) -> related.apply(embed);
            case Filter.Not(Filter inner) -> "NOT (" + sql(inner) + ")";
            case Filter.Compare compare -> compare(compare);
            case Filter.Is(FieldPath field, Filter.Test test) ->
                fields.apply(field).sql() + " IS " + word(test);
            case Filter.FullText text -> fullText(text);
            case Filter.NoRelated(String embed) -> "NOT " + related.apply(embed);
            case Filter.Aggregated(Selection.Field aggregate, Filter condition) ->
                new Conditions(scope, source, _ -> Aggregates.value(scope, source, aggregate), related).sql(condition);
        };
    }

    private String joined(List<Filter> filters, String operator) {
        return filters.stream().map(this::sql).collect(Collectors.joining(operator, "(", ")"));
    }

    private String compare(Filter.Compare compare) {
        Expression field = fields.apply(compare.field());
        boolean list = compare.operator() == Operator.IN || compare.quantifier().isPresent();
        String value = value(compare, field.type(), list);
        String operand =
                compare.operator() == Operator.IN ? "(" + value + ")" : quantified(compare.quantifier(), value);
        return field.sql() + " " + compare.operator().sql() + " " + operand;
    }

    /** A domain may have a function of its own that reads the text of a value; a pattern is no value. */
    private String value(Filter.Compare compare, Type type, boolean list) {
        String value = scope.parameters().add(compare.value());
        if (type.representation().fromText().isEmpty() || !takesValue(compare.operator())) {
            return value;
        }
        String function = type.representation().fromText().get().sql();
        // Each element goes through the function, and what comes out is one array again, which an index can be searched
        // for.
        return list
                ? "ARRAY(SELECT " + function + "(e) FROM unnest(" + value + "::text[]) e)"
                : function + "(" + value + ")";
    }

    private static boolean takesValue(Operator operator) {
        return switch (operator) {
            case LIKE, ILIKE, MATCH, IMATCH, IS_DISTINCT -> false;
            case EQ,
                    NEQ,
                    GT,
                    GTE,
                    LT,
                    LTE,
                    IN,
                    CONTAINS,
                    CONTAINED,
                    OVERLAPS,
                    STRICTLY_LEFT,
                    STRICTLY_RIGHT,
                    NOT_EXTENDS_RIGHT,
                    NOT_EXTENDS_LEFT,
                    ADJACENT -> true;
        };
    }

    private static String quantified(Optional<Filter.Quantifier> quantifier, String value) {
        return quantifier
                .map(which -> switch (which) {
                    case ANY -> "any (" + value + ")";
                    case ALL -> "all (" + value + ")";
                })
                .orElse(value);
    }

    private String fullText(Filter.FullText text) {
        String vector = Fields.vector(fields.apply(text.field()), text.configuration());
        return vector + " @@ " + function(text.parser()) + "(" + Fields.configurationSql(text.configuration())
                + scope.parameters().add(text.value()) + ")";
    }

    private static String function(Filter.Parser parser) {
        return switch (parser) {
            case TO_TSQUERY -> "to_tsquery";
            case PLAINTO_TSQUERY -> "plainto_tsquery";
            case PHRASETO_TSQUERY -> "phraseto_tsquery";
            case WEBSEARCH_TO_TSQUERY -> "websearch_to_tsquery";
        };
    }

    private static String word(Filter.Test test) {
        return switch (test) {
            case NULL -> "NULL";
            case NOT_NULL -> "NOT NULL";
            case TRUE -> "TRUE";
            case FALSE -> "FALSE";
            case UNKNOWN -> "UNKNOWN";
        };
    }
}
