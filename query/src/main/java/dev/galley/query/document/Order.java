package dev.galley.query.document;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship.Pair;
import java.util.List;

/** One thing that rows are sorted by. */
public record Order(By by, boolean descending, boolean nullsFirst) {

    public Order(String column, boolean descending, boolean nullsFirst) {
        this(new Column(column), descending, nullsFirst);
    }

    public sealed interface By {}

    /** A column of the rows. */
    public record Column(String name) implements By {}

    /** Something of the one row that a row refers to; null without one. */
    public record OfRelated(QualifiedName relation, List<Pair> pairs, By by) implements By {}

    /** How many related rows a row has. */
    public record Count(Source source) implements By {}

    String direction(boolean reversed) {
        return (descending == reversed ? " ASC" : " DESC") + (nullsFirst == reversed ? " NULLS LAST" : " NULLS FIRST");
    }
}
