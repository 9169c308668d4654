package dev.galley.query.document;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands at one key of a document. All but {@link Fixed}, {@link Row}, {@link Page} and {@link Called} need a row around. */
public sealed interface Content {

    /** A text that is known already. */
    record Fixed(String text) implements Content {}

    /** @param labels other names for labels of an enum; empty for the value as it is */
    record Field(String column, Map<String, String> labels) implements Content {}

    /** A column of a composite type, or of a list of such values, part by part. */
    record Composite(String column, List<Part> parts) implements Content {}

    /** A key of the object that a composite value becomes. */
    record Part(String key, OfPart content) {}

    sealed interface OfPart {}

    record PartFixed(String text) implements OfPart {}

    /**
     * @param labels as of a {@link Field}
     * @param parts of an attribute that is composite itself; empty for any other
     */
    record Attribute(String name, Type type, Map<String, String> labels, List<Part> parts) implements OfPart {}

    /** The row's name across all relations: Base64 of the JSON array of schema, relation and key. */
    record GlobalId(List<String> key) implements Content {}

    /** A scalar or array that a function of the row gives. */
    record Computed(QualifiedName function) implements Content {}

    /** A scalar or array that a function gives. */
    record Called(Invocation call) implements Content {}

    /** One row, or null when there is none. */
    record Row(Source source, Optional<Predicate> where, List<Member> members) implements Content {}

    /** Rows a page at a time. */
    record Page(Paging paging, List<Member.OfPage> members) implements Content {}
}
