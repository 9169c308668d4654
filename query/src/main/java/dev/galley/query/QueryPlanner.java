package dev.galley.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import java.util.Optional;
import java.util.function.Function;

/**
 * The planner: compiles a query of a new shape, and finds the plan of a known one by the query itself, which holds no values. All
 * rejections happen while compiling; what is compiled is valid SQL for that schema.
 */
public final class QueryPlanner implements Planner {
    /** Characters of SQL in one unit of the cache: callers choose how long their queries are, not how many fill the memory. */
    private static final int USUAL_LENGTH = 1024;

    private final PlannerSettings settings;
    private final Optional<String> preRequest;
    private final Cache<Shape, Plan> plans;

    /** Plans of an older schema are never found again and leave the cache as it fills. */
    private record Shape(Query query, long schemaVersion) {}

    public QueryPlanner(PlannerSettings settings) {
        this.settings = settings;
        this.preRequest = settings.preRequest().map(PreRequest::sql);
        this.plans = Caffeine.newBuilder()
                .maximumWeight(settings.planCacheSize())
                .weigher((Shape shape, Plan plan) -> 1 + plan.sql().length() / USUAL_LENGTH)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Plan plan(Query query, SchemaModel schema) {
        return plans.get(new Shape(query, schema.version()), _ -> compile(query, schema));
    }

    @Override
    public Inspection inspect(String schema, Inspection.Extent extent) {
        return new Inspection(preRequest, schema, extent);
    }

    private Plan compile(Query query, SchemaModel schema) {
        return switch (query) {
            case Read read ->
                new CompiledPlan(
                        form -> Reads.compile(read, schema, settings, form),
                        new CompiledPlan.Traits(
                                true,
                                read.count() != Count.NONE,
                                Bound.of(read, schema, settings),
                                preRequest,
                                preRequest.isPresent()));
            case Insert insert when !insert.nested().isEmpty() -> nested(insert, schema);
            case Insert insert -> write(insert.returning(), form -> Writes.insert(insert, schema, settings, form));
            case Update update -> write(update.returning(), form -> Writes.update(update, schema, settings, form));
            case Delete delete -> write(delete.returning(), form -> Writes.delete(delete, schema, settings, form));
            case Call call -> call(call, schema);
        };
    }

    private Plan nested(Insert insert, SchemaModel schema) {
        return new CompiledPlan(
                form -> NestedInserts.answer(insert, schema, settings, form),
                new CompiledPlan.Traits(
                        false, insert.returning().count() != Count.NONE, new Bound.Never(), preRequest, true),
                NestedInserts.compile(insert, schema, settings));
    }

    private Plan write(Returning returning, Function<Form, Compiled> compiler) {
        return new CompiledPlan(
                compiler,
                new CompiledPlan.Traits(false, returning.count() != Count.NONE, new Bound.Never(), preRequest, true));
    }

    private Plan call(Call call, SchemaModel schema) {
        Routine routine = Routines.find(call, schema);
        boolean readOnly = call.readOnly() || routine.volatility() != Routine.Volatility.VOLATILE;
        boolean counts = call.count() == Count.EXACT || call.count() == Count.ESTIMATED;
        return new CompiledPlan(
                form -> Calls.compile(call, routine, schema, settings, form),
                new CompiledPlan.Traits(readOnly, counts, new Bound.Never(), preRequest, true));
    }
}
