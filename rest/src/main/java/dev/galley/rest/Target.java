package dev.galley.rest;

import dev.galley.schema.QualifiedName;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/**
 * What the path and the profile headers of a request point to.
 *
 * @param schema the schema the request works in
 * @param profiled whether the answer says which schema that was
 */
record Target(Resource resource, String schema, boolean profiled) {

    sealed interface Resource {}

    record Root() implements Resource {}

    record RelationOf(QualifiedName name) implements Resource {}

    record RoutineOf(QualifiedName name) implements Resource {}

    /** @param path behind the prefix of the service, not decoded, beginning with a slash or empty */
    static Target of(String method, String path, MultiMap headers, RestSettings settings) {
        List<String> schemas = settings.schemas();
        Optional<String> profile =
                Optional.ofNullable(headers.get(writes(method) ? "Content-Profile" : "Accept-Profile"));
        if (profile.isPresent() && !schemas.contains(profile.get())) {
            throw new RestException(new RestError.SchemaNotExposed(profile.get(), schemas));
        }
        String schema = profile.orElse(schemas.getFirst());
        return new Target(
                resource(path, schema, settings.openApi()), schema, profile.isPresent() || schemas.size() > 1);
    }

    private static boolean writes(String method) {
        return switch (method) {
            case "POST", "PATCH", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    private static Resource resource(String path, String schema, OpenApiSettings openApi) {
        if (path.isEmpty() || path.equals("/")) return root(schema, openApi);
        boolean routine = path.startsWith("/rpc/");
        String name = path.substring(routine ? "/rpc/".length() : 1);
        if (name.isEmpty() || name.indexOf('/') >= 0) throw new RestException(new RestError.UnknownPath());
        QualifiedName qualified = new QualifiedName(schema, QueryString.decodeSegment(name));
        return routine ? new RoutineOf(qualified) : new RelationOf(qualified);
    }

    private static Resource root(String schema, OpenApiSettings openApi) {
        if (openApi.mode() == OpenApiSettings.Mode.DISABLED) throw new RestException(new RestError.RootDisabled());
        return openApi.rootFunction()
                .<Resource>map(function -> new RoutineOf(new QualifiedName(schema, function)))
                .orElseGet(Root::new);
    }
}
