package dev.galley.rest;

import dev.galley.query.QueryError;
import dev.galley.schema.Relation;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers OPTIONS: which methods a resource has. Needs no database and no caller. */
final class Options {
    private Options() {}

    static Reply reply(Target target, SchemaModel schema) {
        String allow = switch (target.resource()) {
            case Target.Root root -> "OPTIONS,GET,HEAD";
            case Target.RelationOf named ->
                schema.relation(named.name())
                        .map(Options::methods)
                        .orElseThrow(() -> new RestException(
                                new RestError.DoesNotFit(new QueryError.UnknownRelation(named.name()), "")));
            case Target.RoutineOf named -> methods(schema.routines(named.name()), named);
        };
        return Reply.empty(200, List.of(Map.entry("Allow", allow)));
    }

    private static String methods(Relation relation) {
        StringBuilder methods = new StringBuilder("OPTIONS,GET,HEAD");
        if (relation.insertable()) methods.append(",POST");
        if (relation.insertable()
                && relation.updatable()
                && !relation.primaryKey().isEmpty()) methods.append(",PUT");
        if (relation.updatable()) methods.append(",PATCH");
        if (relation.deletable()) methods.append(",DELETE");
        return methods.toString();
    }

    private static String methods(List<Routine> routines, Target.RoutineOf named) {
        if (routines.isEmpty()) {
            throw new RestException(
                    new RestError.NoSuchRoutine(named.name(), java.util.Set.of(), Optional.empty(), ""));
        }
        boolean writes = routines.stream().allMatch(routine -> routine.volatility() == Routine.Volatility.VOLATILE);
        return writes ? "OPTIONS,POST" : "OPTIONS,GET,HEAD,POST";
    }
}
