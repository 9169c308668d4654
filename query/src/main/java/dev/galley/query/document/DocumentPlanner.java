package dev.galley.query.document;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.galley.query.NestedWrite;
import dev.galley.query.Parameters;
import dev.galley.query.Value;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compiles documents of a new shape and finds the plans of known ones. Safe for use by many threads. */
public final class DocumentPlanner {
    /** Characters of SQL in one unit of the cache. */
    private static final int USUAL_LENGTH = 4096;

    /** So that what a plan is good for is not kept after its time. */
    private static final Duration UNUSED = Duration.ofMinutes(10);

    private final Cache<Shape, DocumentPlan> plans;

    private record Shape(Document document, Object scope) {}

    /** @param cacheSize plans of usual length */
    public DocumentPlanner(int cacheSize) {
        this.plans = Caffeine.newBuilder()
                .maximumWeight(cacheSize)
                .expireAfterAccess(UNUSED)
                .weigher((Shape _, DocumentPlan plan) -> 1
                        + plan.parts().stream()
                                        .mapToInt(part -> part.sql().length())
                                        .sum()
                                / USUAL_LENGTH)
                .executor(Runnable::run)
                .build();
    }

    /**
     * @param scope what a plan is good for: a schema model as a role sees it
     * @param readable the columns that a change may return, by relation
     * @throws TooManyValues when one of its statements would have too many
     */
    public DocumentPlan plan(
            Document document, SchemaModel schema, Object scope, Map<QualifiedName, Set<String>> readable) {
        return plans.get(new Shape(document, scope), _ -> compile(document, schema, readable));
    }

    /** What is known of schemas that are no more would be kept too long. */
    public void forget() {
        plans.invalidateAll();
    }

    private static DocumentPlan compile(
            Document document, SchemaModel schema, Map<QualifiedName, Set<String>> readable) {
        return switch (document) {
            case Document.Query(var members) ->
                new DocumentPlan(List.of(query(members, schema)), true, Bounds.of(members, schema));
            case Document.Mutation(var changes) ->
                new DocumentPlan(
                        changes.stream()
                                .map(change -> change(change, schema, readable))
                                .toList(),
                        false,
                        Bounds.NONE);
        };
    }

    private static DocumentPlan.Part query(List<Member> members, SchemaModel schema) {
        Parameters parameters = new Parameters();
        ReadSql reads = new ReadSql(schema, parameters);
        String sql = members.stream()
                .map(member -> "to_json(" + reads.value(member.content(), Optional.empty()) + ")")
                .collect(Collectors.joining(", ", "SELECT ", ""));
        return new DocumentPlan.Part(
                members.stream().map(Member::key).toList(),
                sql,
                bound(parameters),
                Optional.empty(),
                false,
                Optional.empty());
    }

    private static DocumentPlan.Part change(
            Document.Change change, SchemaModel schema, Map<QualifiedName, Set<String>> readable) {
        Parameters parameters = new Parameters();
        String sql = new ChangeSql(new ReadSql(schema, parameters), readable).sql(change.work());
        Optional<Value> atMost = switch (change.work()) {
            case Document.Update update -> Optional.of(update.atMost());
            case Document.Delete delete -> Optional.of(delete.atMost());
            case Document.Insert _, Document.NestedInsert _, Document.Other _ -> Optional.empty();
        };
        Optional<NestedWrite> before = change.work() instanceof Document.NestedInsert nested
                ? Optional.of(nested(nested, schema))
                : Optional.empty();
        return new DocumentPlan.Part(
                List.of(change.key()),
                sql,
                bound(parameters),
                atMost,
                change.work() instanceof Document.Delete,
                before);
    }

    private static NestedWrite nested(Document.NestedInsert insert, SchemaModel schema) {
        InsertedTree tree = insert.tree();
        boolean read = insert.members().stream().anyMatch(member -> member.outcome() instanceof Document.Records);
        return NestedWrite.of(tree.relation(), tree.json(), tree.columns(), tree.nested(), read, schema);
    }

    private static DocumentPlan.Bound bound(Parameters parameters) {
        if (parameters.count() > TooManyValues.MOST) {
            throw new TooManyValues();
        }
        return new DocumentPlan.Bound(parameters);
    }
}
