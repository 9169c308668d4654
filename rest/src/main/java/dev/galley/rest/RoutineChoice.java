package dev.galley.rest;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses among functions of one name by the names of the arguments. When none fits, a function with a single unnamed
 * parameter of the body's own type gets the body whole.
 *
 * @param wholeBody whether the function was chosen for its unnamed parameter
 */
record RoutineChoice(Routine routine, boolean wholeBody) {

    /** @param body the media type of a posted body */
    static RoutineChoice of(
            QualifiedName name, Set<String> arguments, Optional<String> body, SchemaModel schema, String role) {
        List<Routine> fitting = new ArrayList<>(1);
        List<Routine> unnamed = new ArrayList<>(0);
        for (Routine routine : schema.routines(name)) {
            if (fits(routine, arguments, body)) fitting.add(routine);
            else if (body.isPresent() && takesBody(routine, body.get())) unnamed.add(routine);
        }
        List<Routine> candidates = fitting.isEmpty() ? unnamed : fitting;
        return switch (candidates.size()) {
            case 0 -> throw new RestException(new RestError.NoSuchRoutine(name, arguments, body, role));
            case 1 -> new RoutineChoice(candidates.getFirst(), fitting.isEmpty());
            default -> throw new RestException(new RestError.AmbiguousRoutine(candidates, role));
        };
    }

    private static boolean fits(Routine routine, Set<String> arguments, Optional<String> body) {
        if (routine.parameters().isEmpty()) {
            return arguments.isEmpty() && !body.filter(RoutineChoice::isWhole).isPresent();
        }
        int given = 0;
        for (Routine.Parameter parameter : routine.parameters()) {
            if (arguments.contains(parameter.name())) given++;
            else if (parameter.required()) return false;
        }
        return given == arguments.size();
    }

    private static boolean isWhole(String mediaType) {
        return mediaType.equals(MediaTypes.TEXT)
                || mediaType.equals(MediaTypes.XML)
                || mediaType.equals(MediaTypes.OCTETS);
    }

    private static boolean takesBody(Routine routine, String mediaType) {
        if (routine.parameters().size() != 1) return false;
        Routine.Parameter only = routine.parameters().getFirst();
        String type = only.type().name().name();
        return only.name().isEmpty()
                && switch (mediaType) {
                    case MediaTypes.JSON -> type.equals("json") || type.equals("jsonb");
                    case MediaTypes.TEXT -> type.equals("text");
                    case MediaTypes.XML -> type.equals("xml");
                    case MediaTypes.OCTETS -> type.equals("bytea");
                    default -> false;
                };
    }
}
