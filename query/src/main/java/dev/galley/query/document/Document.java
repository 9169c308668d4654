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

    /** @param onConflict what becomes of a new row that is there already; without it that is an error */
    record Insert(QualifiedName relation, Rows rows, Optional<OnConflict> onConflict, List<OfChange> members)
            implements Work {}

    /** New rows. */
    sealed interface Rows {}

    /**
     * Each row for itself.
     *
     * @param columns those that a row gives a value for, in all rows together
     * @param rows each with the values of its columns; what is missing has its default
     */
    record Each(List<String> columns, List<Map<String, Value>> rows) implements Rows {}

    /**
     * Any number of rows that give values for the same columns: the plan is the same for every number.
     *
     * @param values of each column, text form of an array of the values' text forms
     * @param count how many rows; not part of the statement
     */
    record Alike(List<String> columns, List<Value> values, Value count) implements Rows {}

    /**
     * @param key the columns of a unique key; empty for any key, which can only leave the row as it is
     * @param update columns that take the new row's values; none leave the row as it is
     * @param where which rows are changed
     */
    record OnConflict(List<String> key, List<String> update, Optional<Predicate> where) {}

    /** New rows that have related rows inside them. The members that are asked for need a key to read the rows by. */
    record NestedInsert(InsertedTree tree, List<OfChange> members) implements Work {}

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
