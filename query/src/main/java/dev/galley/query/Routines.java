package dev.galley.query;

import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the function that a call means among those of its name: the one whose parameters are named by the arguments, all the required ones
 * and no others; else, for a call with a body, one whose only parameter has no name and takes a body of that media type.
 */
final class Routines {
    private static final Map<String, Set<String>> BODY_TYPES = Map.of(
            "application/json", Set.of("json", "jsonb"),
            "text/plain", Set.of("text"),
            "text/xml", Set.of("xml"),
            "application/octet-stream", Set.of("bytea"));

    private Routines() {}

    static Routine find(Call call, SchemaModel schema) {
        List<Routine> named = schema.routines(call.function());
        Set<String> keys = keys(call.arguments());
        List<Routine> byName =
                named.stream().filter(routine -> matches(routine, call, keys)).toList();
        List<Routine> byBody = named.stream()
                .filter(routine -> takesBody(routine, call.arguments()))
                .toList();
        // A whole body has no names, which a function without parameters would match too.
        boolean bodyFirst = call.arguments() instanceof Call.Body ? !byBody.isEmpty() : byName.isEmpty();
        List<Routine> matching = bodyFirst ? byBody : byName;
        if (matching.size() > 1) {
            throw new QueryException(new QueryError.AmbiguousRoutine(call.function(), matching));
        }
        if (matching.isEmpty()) {
            throw new QueryException(new QueryError.UnknownRoutine(call.function(), keys));
        }
        return matching.getFirst();
    }

    private static Set<String> keys(Call.Arguments arguments) {
        return switch (arguments) {
            case Call.Named(List<Call.Argument> all) -> {
                Set<String> names = new LinkedHashSet<>();
                all.forEach(argument -> names.add(argument.name()));
                yield names;
            }
            case Call.JsonObject object -> new LinkedHashSet<>(object.keys());
            case Call.Body _ -> Set.of();
        };
    }

    private static boolean matches(Routine routine, Call call, Set<String> keys) {
        boolean rawBody = call.arguments() instanceof Call.Body body && !isJson(body.mediaType());
        if (routine.parameters().isEmpty()) {
            return keys.isEmpty() && !rawBody;
        }
        Set<String> names = new HashSet<>();
        for (Routine.Parameter parameter : routine.parameters()) {
            if (parameter.required() && !keys.contains(parameter.name())) {
                return false;
            }
            names.add(parameter.name());
        }
        return names.containsAll(keys);
    }

    /** Whether the whole body is the function's only argument. */
    static boolean takesBody(Routine routine, Call.Arguments arguments) {
        if (routine.parameters().size() != 1
                || !routine.parameters().getFirst().name().isEmpty()) {
            return false;
        }
        String type = routine.parameters().getFirst().type().name().name();
        return switch (arguments) {
            case Call.Named _ -> false;
            case Call.JsonObject _ -> isBody(type, "application/json");
            case Call.Body body -> isBody(type, body.mediaType());
        };
    }

    private static boolean isBody(String type, String mediaType) {
        return BODY_TYPES.getOrDefault(mediaType, Set.of()).contains(type);
    }

    private static boolean isJson(String mediaType) {
        return mediaType.equals("application/json");
    }
}
