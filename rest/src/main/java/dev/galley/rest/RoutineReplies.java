package dev.galley.rest;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How it is told that no function fits a call, with the one that was probably meant if the role may execute it. */
final class RoutineReplies {
    private static final int MOST_NAMES = 100;
    private static final int LONGEST_NAME = 256;

    private RoutineReplies() {}

    static ErrorReply noSuchRoutine(RestError.NoSuchRoutine error, SchemaModel schema) {
        String name = error.name().toString();
        Optional<String> bodyType = error.body().flatMap(RoutineReplies::typeOfBody);
        String given = listed(error.arguments());
        boolean none = error.arguments().isEmpty();

        String shown = bodyType.isPresent() ? "" : none ? " without parameters" : "(" + given + ")";
        String with = none
                ? " without parameters"
                : " with parameter" + (error.arguments().size() > 1 ? "s " : " ") + given;
        String searched = bodyType.map(type -> " with a single unnamed " + type + " parameter")
                .orElseGet(() -> error.body()
                                .filter(type -> type.equals(MediaTypes.JSON))
                                .isPresent()
                        ? with + " or with a single unnamed json/jsonb parameter"
                        : with);
        ErrorReply reply = ErrorReply.error(
                        404, "PGRST202", "Could not find the function " + name + shown + " in the schema cache")
                .details("Searched for the function " + name + searched
                        + ", but no matches were found in the schema cache.");
        return bodyType.isPresent() ? reply : reply.hint(hint(error, schema));
    }

    /** Names only candidates that the role may execute; where it may execute none, there is no such function for it. */
    static ErrorReply ambiguous(List<Routine> candidates, String role, SchemaModel schema) {
        List<Routine> shown = visible(candidates, role);
        if (shown.isEmpty()) {
            return noSuchRoutine(
                    new RestError.NoSuchRoutine(candidates.getFirst().name(), Set.of(), Optional.empty(), role),
                    schema);
        }
        String list = shown.stream()
                .map(routine -> routine.name()
                        + routine.parameters().stream()
                                .map(parameter -> parameter.name() + " => " + parameter.typeSql())
                                .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
        return ErrorReply.error(300, "PGRST203", "Could not choose the best candidate function between: " + list)
                .hint(
                        "Try renaming the parameters or the function itself in the database so function overloading can be resolved");
    }

    private static Optional<String> typeOfBody(String mediaType) {
        return switch (mediaType) {
            case MediaTypes.TEXT -> Optional.of("text");
            case MediaTypes.XML -> Optional.of("xml");
            case MediaTypes.OCTETS -> Optional.of("bytea");
            default -> Optional.empty();
        };
    }

    private static Optional<String> hint(RestError.NoSuchRoutine error, SchemaModel schema) {
        QualifiedName name = error.name();
        List<Routine> namesakes = visible(schema.routines(name), error.role());
        Optional<String> meant = namesakes.isEmpty()
                ? Similarity.nearest(
                        name.name(),
                        schema.routines().entrySet().stream()
                                .filter(entry -> entry.getKey().schema().equals(name.schema()))
                                .filter(entry ->
                                        !visible(entry.getValue(), error.role()).isEmpty())
                                .map(entry -> entry.getKey().name()),
                        Similarity.NAMES)
                : Similarity.nearest(
                                list(error.arguments()),
                                namesakes.stream()
                                        .map(routine -> list(routine.parameters().stream()
                                                .map(Routine.Parameter::name)
                                                .toList())),
                                Similarity.PARAMETERS)
                        .map(parameters -> name.name() + parameters);
        return meant.map(call -> "Perhaps you meant to call the function " + name.schema() + "." + call);
    }

    private static List<Routine> visible(Collection<Routine> routines, String role) {
        return routines.stream()
                .filter(routine -> routine.executableBy().contains(role))
                .toList();
    }

    private static String list(Collection<String> names) {
        return "(" + listed(names) + ")";
    }

    /** Of a call with more arguments than any function has, or with monstrous names, only the beginning is told. */
    private static String listed(Collection<String> names) {
        String text = names.stream()
                .limit(MOST_NAMES)
                .map(name -> name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...")
                .sorted()
                .collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMES ? text : text + ", ...";
    }
}
