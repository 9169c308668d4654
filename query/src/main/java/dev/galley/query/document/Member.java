package dev.galley.query.document;

import dev.galley.query.Value;
import java.util.List;
import java.util.Optional;

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

    /**
     * The rows of all pages in groups of equal values, sorted by them.
     *
     * @param by columns
     * @param limit the most groups
     */
    public record Groups(List<String> by, Value limit, List<OfGroup> members) implements Part {}

    /** A key of a group. */
    public record OfGroup(String key, Group group) {}

    public sealed interface Group {}

    /** The values that a group's rows have in common. */
    public record GroupValues(List<OfGroupValue> members) implements Group {}

    public record OfGroupValue(String key, GroupValue value) {}

    public sealed interface GroupValue {}

    /** @param content of a column by which the rows are grouped; empty when they are not grouped by it */
    public record Grouped(Optional<Content.Field> content) implements GroupValue {}

    public record OverGroup(Aggregate aggregate) implements Group {}

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
    public record Fixed(String text) implements Part, Edge, PageFact, Aggregate, AggregatedValue, Group, GroupValue {}

    public enum Function {
        SUM,
        AVG,
        MIN,
        MAX
    }
}
