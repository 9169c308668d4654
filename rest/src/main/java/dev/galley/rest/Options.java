package dev.galley.rest;

import dev.galley.query.QueryError;
import dev.galley.schema.Relation;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Answers OPTIONS: which methods a resource has. Needs no database. */
final class Options {
    private Options() {}

    static Reply reply(Target target, String role, MultiMap requested, SchemaModel schema) {
        String allow = switch (target.resource()) {
            case Target.Root root -> "OPTIONS,GET,HEAD";
            case Target.RelationOf named ->
                schema.relation(named.name())
                        .map(Options::methods)
                        .orElseThrow(() -> new RestException(
                                new RestError.DoesNotFit(new QueryError.UnknownRelation(named.name()), role)));
            case Target.RoutineOf named -> methods(schema.routines(named.name()), named, role);
        };
        List<Map.Entry<String, String>> headers = new ArrayList<>(2);
        headers.add(Map.entry("Allow", allow));
        // To a browser's request the edge says which origins it allows; anybody else may know.
        if (!requested.contains("Origin")) headers.add(Map.entry("Access-Control-Allow-Origin", "*"));
        return Reply.empty(200, headers);
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

    private static String methods(List<Routine> routines, Target.RoutineOf named, String role) {
        if (routines.isEmpty()) {
            throw new RestException(new RestError.NoSuchRoutine(named.name(), Set.of(), Optional.empty(), role));
        }
        boolean writes = routines.stream().allMatch(routine -> routine.volatility() == Routine.Volatility.VOLATILE);
        return writes ? "OPTIONS,POST" : "OPTIONS,GET,HEAD,POST";
    }
}
