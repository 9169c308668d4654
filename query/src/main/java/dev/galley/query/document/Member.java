package dev.galley.query.document;

import java.util.List;

/** A key of an object and what stands there. Keys are distinct within an object. */
public record Member(String key, Content content) {

    /** A key of a page. */
    public record OfPage(String key, Part part) {}

    /** A key of an entry of a page. */
    public record OfEdge(String key, Edge edge) {}

    /** A key of what is told about a page. */
    public record OfInfo(String key, PageFact fact) {}

    /** A key of aggregates. */
    public record OfAggregates(String key, Aggregate aggregate) {}

    public sealed interface Part {}

    /** The rows of the page, in order. */
    public record Edges(List<OfEdge> members) implements Part {}

    public record PageInfo(List<OfInfo> members) implements Part {}

    /** How many rows there are on all pages. */
    public record TotalCount() implements Part {}

    /** Over the rows of all pages. */
    public record Aggregates(List<OfAggregates> members) implements Part {}

    public sealed interface Edge {}

    public record Cursor() implements Edge {}

    public record Node(List<Member> members) implements Edge {}

    public sealed interface PageFact {}

    public record StartCursor() implements PageFact {}

    public record EndCursor() implements PageFact {}

    public record HasNextPage() implements PageFact {}

    public record HasPreviousPage() implements PageFact {}

    public sealed interface Aggregate {}

    public record Count() implements Aggregate {}

    public record Of(Function function, List<OfColumn> columns) implements Aggregate {}

    public record OfColumn(String key, AggregatedValue value) {}

    public sealed interface AggregatedValue {}

    public record Aggregated(String column) implements AggregatedValue {}

    /** A text that is known already. */
    public record Fixed(String text) implements Part, Edge, PageFact, Aggregate, AggregatedValue {}

    public enum Function {
        SUM,
        AVG,
        MIN,
        MAX
    }
}
