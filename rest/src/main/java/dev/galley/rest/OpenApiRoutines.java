package dev.galley.rest;

import dev.galley.schema.Routine;
import dev.galley.schema.Routine.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paths of functions. Overloads share a path: their parameters are told together, and only those are required that every
 * overload requires.
 */
final class OpenApiRoutines {
    private final OpenApiWriter json;
    private final List<String> searchPath;

    OpenApiRoutines(OpenApiWriter json, List<String> searchPath) {
        this.json = json;
        this.searchPath = searchPath;
    }

    void path(String name, List<Routine> overloads) {
        List<Routine> readable = overloads.stream()
                .filter(routine -> routine.volatility() != Routine.Volatility.VOLATILE && !takesWholeBody(routine))
                .toList();
        Optional<String> comment = overloads.stream()
                .flatMap(routine -> routine.comment().stream())
                .findFirst();
        json.object("/rpc/" + name, () -> {
            if (!readable.isEmpty()) {
                operation(name, comment, "get", () -> {
                    List<Parameter> parameters = merged(readable);
                    if (parameters.isEmpty()) return;
                    json.array("parameters", () -> parameters.forEach(each -> json.object(() -> inQuery(each))));
                });
            }
            operation(name, comment, "post", () -> posted(overloads, comment));
        });
    }

    /** Whether its only parameter has no name: the body goes there as it is, and a GET has none. */
    private static boolean takesWholeBody(Routine routine) {
        return routine.parameters().size() == 1
                && routine.parameters().getFirst().name().isEmpty();
    }

    private static List<Parameter> merged(List<Routine> overloads) {
        if (overloads.size() == 1) return overloads.getFirst().parameters();
        Map<String, Parameter> byName = new LinkedHashMap<>();
        for (Routine routine : overloads) {
            for (Parameter each : routine.parameters()) {
                boolean required = overloads.stream()
                        .allMatch(other -> other.parameters().stream()
                                .anyMatch(same -> same.name().equals(each.name()) && same.required()));
                byName.putIfAbsent(
                        each.name(),
                        new Parameter(each.name(), each.type(), each.typeSql(), required, each.variadic()));
            }
        }
        return new ArrayList<>(byName.values());
    }

    private void operation(String name, Optional<String> comment, String method, Runnable parameters) {
        json.object(method, () -> {
            json.texts("tags", List.of("(rpc) " + name));
            json.comment(comment);
            json.texts("produces", OpenApiDocument.ROWS);
            parameters.run();
            json.object("responses", () -> json.object("200", () -> json.text("description", "OK")));
        });
    }

    private void inQuery(Parameter parameter) {
        String type = OpenApiTypes.ofParameter(parameter, searchPath);
        String kind = OpenApiTypes.kind(type).orElse("string");
        json.text("name", parameter.name());
        json.flag("required", parameter.required());
        json.text("in", "query");
        if (parameter.variadic()) {
            String element = OpenApiTypes.element(type);
            json.text("type", kind);
            json.text("collectionFormat", "multi");
            json.object("items", () -> {
                json.text("type", OpenApiTypes.kind(element).orElse("string"));
                json.text("format", OpenApiTypes.format(element));
            });
            return;
        }
        // An array is written in braces, as one text.
        json.text("type", kind.equals("array") ? "string" : kind);
        json.text("format", OpenApiTypes.format(type));
    }

    private void posted(List<Routine> overloads, Optional<String> comment) {
        List<Parameter> parameters = merged(overloads);
        json.array("parameters", () -> {
            json.object(() -> {
                json.text("name", "args");
                json.flag("required", true);
                json.text("in", "body");
                json.object("schema", () -> arguments(parameters, comment));
            });
            json.object(() -> json.reference("parameters", "preferParams"));
        });
    }

    private void arguments(List<Parameter> parameters, Optional<String> comment) {
        List<Parameter> named =
                parameters.stream().filter(each -> !each.name().isEmpty()).toList();
        List<String> required =
                named.stream().filter(Parameter::required).map(Parameter::name).toList();
        json.text("description", comment);
        if (named.size() < parameters.size()) {
            // A body of any kind may stand for the parameter without a name.
            if (named.isEmpty()) valueOf(parameters.getFirst());
            return;
        }
        if (!required.isEmpty()) json.texts("required", required);
        if (!named.isEmpty()) {
            json.object("properties", () -> named.forEach(each -> json.object(each.name(), () -> valueOf(each))));
        }
        json.text("type", "object");
    }

    private void valueOf(Parameter parameter) {
        String type = OpenApiTypes.ofParameter(parameter, searchPath);
        json.text("type", OpenApiTypes.kind(type));
        json.text("format", OpenApiTypes.format(type));
        if (OpenApiTypes.isArray(type)) {
            json.object("items", () -> json.text("type", OpenApiTypes.kind(OpenApiTypes.element(type))));
        }
    }
}
