package dev.galley.graphql;

import dev.galley.query.document.Source;
import dev.galley.schema.Column;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship.Pair;
import dev.galley.schema.Routine;
import java.util.List;
import java.util.Map;

/** What a field stands for. Fields of pages, edges and aggregates mean what their names say. */
sealed interface Meaning {

    record Collection(Table table) implements Meaning {}

    record ByKey(Table table) implements Meaning {}

    /** A record of any table, by its global id. */
    record Node() implements Meaning {}

    /** @param arguments by the names of the field's arguments */
    record Call(Routine routine, Map<String, Routine.Parameter> arguments, Functions.Returned returned)
            implements Meaning {}

    record Insert(Table table) implements Meaning {}

    record Update(Table table) implements Meaning {}

    record Delete(Table table) implements Meaning {}

    /** @param labels other names for labels of an enum */
    record Field(Column column, Map<String, String> labels) implements Meaning {}

    record GlobalId(Table table) implements Meaning {}

    record ToOne(Table table, List<Pair> pairs) implements Meaning {}

    record ToMany(Table table, Source source) implements Meaning {}

    /** A value of a composite type, or a list of them. */
    record Composite(Column column, Composites.Composite type) implements Meaning {}

    /** What a function of the record gives. */
    record Computed(QualifiedName function, Functions.Returned returned) implements Meaning {}
}
