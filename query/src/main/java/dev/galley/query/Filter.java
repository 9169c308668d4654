package dev.galley.query;

import java.util.List;
import java.util.Optional;

/** A condition on the rows of one relation. */
public sealed interface Filter {

    Filter NONE = new And(List.of());

    record And(List<Filter> all) implements Filter {}

    record Or(List<Filter> any) implements Filter {}

    record Not(Filter filter) implements Filter {}

    /** @param value for {@link Operator#IN} and quantified comparisons a PostgreSQL array literal */
    record Compare(FieldPath field, Operator operator, Optional<Quantifier> quantifier, Value value)
            implements Filter {}

    record Is(FieldPath field, Test test) implements Filter {}

    /** @param configuration the text search configuration ({@code english}) */
    record FullText(FieldPath field, Parser parser, Optional<String> configuration, Value value) implements Filter {}

    /** Whether the embed of that label has no rows ({@code rel=is.null}); negated by {@link Not}. */
    record NoRelated(String embed) implements Filter {}

    /**
     * A condition on the aggregate of a group, for {@link Selection#having}.
     *
     * @param condition speaks of the aggregate wherever it names a field
     */
    record Aggregated(Selection.Field aggregate, Filter condition) implements Filter {}

    enum Quantifier {
        ANY,
        ALL
    }

    enum Test {
        NULL,
        NOT_NULL,
        TRUE,
        FALSE,
        UNKNOWN
    }

    enum Parser {
        TO_TSQUERY,
        PLAINTO_TSQUERY,
        PHRASETO_TSQUERY,
        WEBSEARCH_TO_TSQUERY
    }
}
