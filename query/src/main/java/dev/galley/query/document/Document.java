package dev.galley.query.document;

import dev.galley.query.Value;
import dev.galley.schema.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A document that is asked for: names and operators, no values. */
public sealed interface Document {

    /** Reads: one statement. */
    record Query(List<Member> members) implements Document {}

    /** Changes, in this order: a statement each, in one transaction. */
    record Mutation(List<Change> changes) implements Document {}

    /** @param key of the answer */
    record Change(String key, Work work) {}

    sealed interface Work {}

    /**
     * @param columns those that a row gives a value for, in all rows together
     * @param rows each with the values of its columns; what is missing has its default
     */
    record Insert(QualifiedName relation, List<String> columns, List<Map<String, Value>> rows, List<OfChange> members)
            implements Work {}

    /** @param atMost how many rows may be changed; more undo all of the document */
    record Update(
            QualifiedName relation,
            Map<String, Value> set,
            Optional<Predicate> where,
            Value atMost,
            List<OfChange> members)
            implements Work {}

    record Delete(QualifiedName relation, Optional<Predicate> where, Value atMost, List<OfChange> members)
            implements Work {}

    /** A function that may write, or something known already. */
    record Other(Content content) implements Work {}

    record OfChange(String key, Outcome outcome) {}

    sealed interface Outcome {}

    record AffectedCount() implements Outcome {}

    record Records(List<Member> members) implements Outcome {}

    record Fixed(String text) implements Outcome {}
}
