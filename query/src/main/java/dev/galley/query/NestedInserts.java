package dev.galley.query;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Compiles an insert of rows with related rows inside them: one statement for each level, sent together in one transaction.
 *
 * <p>The body is handed over once, as a setting of the transaction, from which every level takes its part.
 * Rows that are referenced come before those that reference them: first what a level refers to (to-one), then the level itself,
 * then what refers to it, then the junctions. Each statement leaves the keys of its rows, with the place of each row in the
 * request, in a setting of the transaction ({@link LevelInsert}), where the next ones find them. They are statements and not one with
 * common table expressions, because a policy or trigger of a child has to see its parent, and what is given back has to show the
 * children: within one statement neither would see what the others wrote.
 */
final class NestedInserts {
    private final SchemaModel schema;
    private final PlannerSettings settings;
    private final List<Prepared> statements = new ArrayList<>();
    private int levels;

    private NestedInserts(SchemaModel schema, PlannerSettings settings) {
        this.schema = schema;
        this.settings = settings;
    }

    /** The statements that write. */
    static List<Prepared> compile(Insert insert, SchemaModel schema, PlannerSettings settings) {
        if (insert.onConflict().isPresent()) {
            throw new QueryException(new QueryError.NestedInsertRefused(
                    insert.into(), insert.nested().getFirst().key(), "rows with others inside them cannot be merged"));
        }
        NestedInserts inserts = new NestedInserts(schema, settings);
        Relation relation = Reads.relation(insert.into(), schema);
        inserts.statements.add(LevelInsert.body(insert.payload().json()));
        LevelInsert root = LevelInsert.root(inserts.levels++, relation, insert, inserts.scope());
        if (insert.returning().rows().isPresent() || insert.returning().keys()) {
            root.keys().addAll(relation.primaryKey());
        }
        inserts.level(root, insert.nested(), 1);
        return List.copyOf(inserts.statements);
    }

    /** The statement that gives back what was written, by the keys that the first level left. */
    static Compiled answer(Insert insert, SchemaModel schema, PlannerSettings settings, Form form) {
        Scope scope = new Scope(schema, settings, form);
        Relation relation = Reads.relation(insert.into(), schema);
        Source target = Source.of(relation, scope.alias(), schema);
        boolean counted =
                insert.returning().rows().isEmpty() && !insert.returning().keys();
        if (!counted && relation.primaryKey().isEmpty()) {
            throw new QueryException(new QueryError.NoPrimaryKey(relation.name()));
        }
        String rows = counted
                ? LevelInsert.left(0, "k", relation, List.of())
                : relation.name().sql() + " AS " + target.alias() + " JOIN "
                        + LevelInsert.left(0, "k", relation, relation.primaryKey()) + " ON "
                        + LevelInsert.equal(target.alias(), "k", relation.primaryKey()) + " ORDER BY k."
                        + LevelInsert.PLACE;
        return new Written(scope, relation, target, columns -> "SELECT " + columns + " FROM " + rows)
                .compile(insert.returning(), form);
    }

    /** The planner's limits count over all levels, but each statement numbers its parameters anew. */
    private Scope scope() {
        return new Scope(schema, settings, Compiled.Output.JSON);
    }

    private void level(LevelInsert level, List<Nested> nested, int depth) {
        Scope limits = scope();
        limits.checkDepth(nested.isEmpty() ? 0 : depth);
        limits.countSelectItems(levels + nested.size());
        List<Runnable> after = new ArrayList<>();
        Set<String> written = new LinkedHashSet<>(level.columns());
        Set<Relationship> met = new HashSet<>();
        for (Nested each : nested) {
            Relationship relationship =
                    Nested.relationship(schema, level.relation().name(), each.key());
            if (!met.add(relationship)) {
                throw refused(level, each.key(), "another key of the same object names the same related rows");
            }
            switch (relationship) {
                case Relationship.Direct direct
                when direct.forward() -> referenced(level, each, direct, written, depth);
                case Relationship.Direct direct -> {
                    direct.pairs().forEach(pair -> level.keys().add(pair.from()));
                    after.add(() -> referencing(level, each, direct, depth));
                }
                case Relationship.Through through -> {
                    through.near().forEach(pair -> level.keys().add(pair.from()));
                    after.add(() -> associated(level, each, through, depth));
                }
                case Relationship.Computed _ ->
                    throw refused(level, each.key(), "it is computed, so nothing can be put into it");
            }
        }
        statements.add(level.statement(scope()));
        after.forEach(Runnable::run);
    }

    private void referenced(
            LevelInsert level, Nested nested, Relationship.Direct link, Set<String> written, int depth) {
        if (nested.arrays()) {
            throw refused(level, nested.key(), "a row refers to one row of it, which has to be an object");
        }
        LevelInsert child = child(level, nested, link.to());
        for (Relationship.Pair pair : link.pairs()) {
            if (!written.add(pair.from())) {
                throw refused(level, nested.key(), "the column '" + pair.from() + "' is given too");
            }
            child.keys().add(pair.to());
        }
        level(child, nested.nested(), depth + 1);
        level.takesFrom(child, link.pairs());
    }

    private void referencing(LevelInsert level, Nested nested, Relationship.Direct link, int depth) {
        LevelInsert child = child(level, nested, link.to());
        for (Relationship.Pair pair : link.pairs()) {
            if (child.columns().contains(pair.to())) {
                throw refused(level, nested.key(), "the column '" + pair.to() + "' is given too");
            }
        }
        child.takesFromParent(level, link.pairs());
        level(child, nested.nested(), depth + 1);
    }

    private void associated(LevelInsert level, Nested nested, Relationship.Through link, int depth) {
        LevelInsert child = child(level, nested, link.to());
        link.far().forEach(pair -> child.keys().add(pair.to()));
        level(child, nested.nested(), depth + 1);
        statements.add(new Prepared(LevelInsert.junction(level, child, link), new Parameters()));
    }

    private LevelInsert child(LevelInsert level, Nested nested, QualifiedName to) {
        if (levels >= settings.maxInsertLevels()) {
            throw new QueryException(new QueryError.TooComplex("kinds of rows", settings.maxInsertLevels()));
        }
        return level.child(levels++, Reads.relation(to, schema), nested);
    }

    private static QueryException refused(LevelInsert level, String key, String reason) {
        return new QueryException(
                new QueryError.NestedInsertRefused(level.relation().name(), key, reason));
    }
}
