package dev.galley.query;

import dev.galley.postgres.Statement;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An insert of rows with related rows inside them, for dialects that ask for the written rows by a statement of their own. */
public final class NestedWrite {
    /** Levels, and keys of objects at all levels. */
    private static final int LEVELS = 20;

    private static final PlannerSettings LIMITS =
            new PlannerSettings(OptionalLong.empty(), LEVELS, 0, 1000, false, 0, 0, LEVELS, Optional.empty());

    private static final String ALIAS = "k";

    private final List<Prepared> statements;

    private NestedWrite(List<Prepared> statements) {
        this.statements = statements;
    }

    /**
     * @param json an array of objects
     * @param columns that the objects have
     * @param read whether the written rows are asked for afterwards, by their primary key
     * @throws QueryException when rows cannot be put into one another like this
     */
    public static NestedWrite of(
            QualifiedName relation,
            Value json,
            List<String> columns,
            List<Nested> nested,
            boolean read,
            SchemaModel schema) {
        Insert insert = new Insert(
                relation,
                new Payload(json, false, columns),
                true,
                Optional.empty(),
                Filter.NONE,
                new Returning(Optional.empty(), read, Count.NONE),
                nested);
        return new NestedWrite(NestedInserts.compile(insert, schema, LIMITS));
    }

    /** In this order, in one transaction, before the rows are asked for. */
    public List<Statement> statements(Bindings bindings) {
        List<Statement> all = new ArrayList<>();
        for (Prepared each : statements) {
            Optional<String> asked = each.asked() ? Optional.of(each.sql()) : Optional.empty();
            all.add(new Statement(each.sql(), each.parameters().bind(bindings), asked));
        }
        return all;
    }

    /** A row for each row written, to stand behind FROM. */
    public static String count(Relation relation) {
        return LevelInsert.left(0, ALIAS, relation, List.of());
    }

    /** The rows written, to stand behind FROM. */
    public static String rows(Relation relation, String alias) {
        List<String> key = relation.primaryKey();
        return relation.name().sql() + " AS " + alias + " JOIN " + LevelInsert.left(0, ALIAS, relation, key) + " ON "
                + LevelInsert.equal(alias, ALIAS, key);
    }

    /** Sorts the rows written as they were given. */
    public static String order() {
        return " ORDER BY " + ALIAS + "." + LevelInsert.PLACE;
    }
}
