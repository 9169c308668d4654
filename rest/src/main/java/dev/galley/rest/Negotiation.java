package dev.galley.rest;

import dev.galley.query.Call;
import dev.galley.query.Delete;
import dev.galley.query.Explained;
import dev.galley.query.Handled;
import dev.galley.query.Insert;
import dev.galley.query.Read;
import dev.galley.query.ResultFormat;
import dev.galley.query.Update;
import dev.galley.rest.MediaTypes.Format;
import dev.galley.schema.MediaHandler;
import dev.galley.schema.MediaHandlers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Chooses the format of an answer: the first of the accepted media types, best first, that the rows can have. Handlers of the database
 * come before the built-in formats, those for the very relation or function before those for any rows, and one that answers any media
 * type before all; only the vendor's own types cannot be replaced.
 */
final class Negotiation {
    private final MediaHandlers handlers;
    private final Map<String, MediaHandler> own;
    private final String role;
    private final boolean plans;

    Negotiation(MediaHandlers handlers, Map<String, MediaHandler> own, String role, boolean plans) {
        this.handlers = handlers;
        this.own = own;
        this.role = role;
        this.plans = plans;
    }

    /** @param plans whether plans may be asked for */
    static Format of(RestRequest request, Action action, SchemaModel schema, boolean plans) {
        Optional<String> accept = request.header("Accept");
        MediaHandlers handlers = schema.mediaHandlers();
        Map<String, MediaHandler> own = selectsEverything(request) ? own(action, handlers) : Map.of();
        if (own.isEmpty() && handlers.ofAny().isEmpty() && isUsual(accept)) return MediaTypes.ROWS;

        Format format = new Negotiation(handlers, own, request.role(), plans).choose(accept);
        return request.method().equals("HEAD") ? unmade(format) : format;
    }

    Format choose(Optional<String> accept) {
        List<MediaType> accepted = MediaTypes.accepted(accept.orElse(MediaTypes.ANY));
        for (MediaType each : accepted) {
            Optional<Format> format = format(each);
            if (format.isPresent()) return format.get();
        }
        throw new RestException(new RestError.NoSuchMediaType(
                accepted.stream().map(MediaType::text).toList()));
    }

    private static boolean isUsual(Optional<String> accept) {
        return accept.isEmpty()
                || accept.get().equals(MediaTypes.ANY)
                || accept.get().equals(MediaTypes.JSON);
    }

    /** A handler for the rows of a relation needs all its columns, in their order. */
    private static boolean selectsEverything(RestRequest request) {
        return request.query().first("select").map(String::strip).orElse("*").equals("*");
    }

    private static Map<String, MediaHandler> own(Action action, MediaHandlers handlers) {
        if (action instanceof Action.Calling calling) {
            var returns = calling.routine().returns();
            Optional<MediaHandler> value = MediaHandler.ofValue(returns);
            if (value.isPresent()) {
                return Map.of(value.get().mediaType().toLowerCase(Locale.ROOT), value.get());
            }
            return returns.relation().map(handlers::of).orElse(Map.of());
        }
        return handlers.of(relation(action));
    }

    private static QualifiedName relation(Action action) {
        return switch (action.query()) {
            case Read read -> read.from();
            case Insert insert -> insert.into();
            case Update update -> update.relation();
            case Delete delete -> delete.relation();
            case Call call -> call.function();
        };
    }

    /** Without a body the handler need not run. */
    private static Format unmade(Format format) {
        return format.representation() instanceof Handled
                ? new Format(ResultFormat.JSON, format.contentType(), format.singular())
                : format;
    }

    private Optional<Format> format(MediaType type) {
        boolean stripped = type.parameter("nulls").equals("stripped");
        return switch (type.name()) {
            case MediaTypes.OBJECT, "application/vnd.pgrst.object" ->
                Optional.of(stripped ? MediaTypes.STRIPPED_ONE : MediaTypes.ONE);
            case MediaTypes.ARRAY, "application/vnd.pgrst.array" ->
                stripped ? Optional.of(MediaTypes.STRIPPED_ROWS) : find(MediaTypes.JSON);
            case MediaTypes.PLAN, MediaTypes.PLAN + "+text" -> plan(type, false);
            case MediaTypes.PLAN + "+json" -> plan(type, true);
            default -> find(type.name());
        };
    }

    private Optional<Format> find(String name) {
        return handled(own, MediaTypes.ANY)
                .or(() -> handled(own, name))
                .or(() -> handled(handlers.ofAny(), name))
                .or(() -> name.endsWith("/*") && !name.equals(MediaTypes.ANY) ? range(name) : Optional.empty())
                .or(() -> builtIn(name));
    }

    private Optional<Format> handled(Map<String, MediaHandler> some, String name) {
        return Optional.ofNullable(some.get(name)).filter(this::allowed).map(Negotiation::handledBy);
    }

    private boolean allowed(MediaHandler handler) {
        return switch (handler.by()) {
            case MediaHandler.Aggregate aggregate -> aggregate.executableBy().contains(role);
            case MediaHandler.GeoJson _, MediaHandler.Value _ -> true;
        };
    }

    private static Format handledBy(MediaHandler handler) {
        String type = handler.mediaType();
        return new Format(
                new Handled(handler),
                MediaTypes.contentType(type.equals(MediaTypes.ANY) ? MediaTypes.OCTETS : type),
                false);
    }

    /** {@code image/*}: the first by name of those that the relation or function has. */
    private Optional<Format> range(String name) {
        String prefix = name.substring(0, name.length() - 1);
        return new TreeMap<>(own)
                .values().stream()
                        .filter(handler -> handler.mediaType().regionMatches(true, 0, prefix, 0, prefix.length()))
                        .filter(this::allowed)
                        .findFirst()
                        .map(Negotiation::handledBy);
    }

    private Optional<Format> builtIn(String name) {
        return switch (name) {
            case MediaTypes.JSON, MediaTypes.ANY, "application/*" -> Optional.of(MediaTypes.ROWS);
            case MediaTypes.CSV, "text/*" -> Optional.of(MediaTypes.LINES);
            case MediaTypes.GEO_JSON ->
                handlers.geoJson()
                        .map(function -> handledBy(
                                new MediaHandler(MediaTypes.GEO_JSON, new MediaHandler.GeoJson(function), false)));
            default -> Optional.empty();
        };
    }

    private Optional<Format> plan(MediaType type, boolean json) {
        if (!plans) return Optional.empty();
        MediaType of = MediaType.parse(type.parameters().getOrDefault("for", MediaTypes.JSON));
        if (of.name().startsWith(MediaTypes.PLAN)) return Optional.empty();
        Set<String> asked = Set.of(type.parameter("options").split("\\|", -1));
        Set<Explained.Option> options = EnumSet.allOf(Explained.Option.class);
        options.removeIf(option -> !asked.contains(option.name().toLowerCase(Locale.ROOT)));
        return format(of)
                .map(format -> new Format(
                        new Explained(format.representation(), json, options),
                        planType(json, shown(of), options),
                        false));
    }

    private static String shown(MediaType of) {
        String stripped = of.parameter("nulls").equals("stripped") ? MediaTypes.STRIPPED : "";
        return switch (of.name()) {
            case MediaTypes.OBJECT, "application/vnd.pgrst.object" -> MediaTypes.OBJECT + stripped;
            case MediaTypes.ARRAY, "application/vnd.pgrst.array" ->
                stripped.isEmpty() ? MediaTypes.JSON : MediaTypes.ARRAY + stripped;
            default -> of.name();
        };
    }

    private static String planType(boolean json, String of, Set<Explained.Option> options) {
        String listed = options.stream()
                .map(option -> option.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("|"));
        return MediaTypes.PLAN + (json ? "+json" : "+text") + "; for=\"" + of + "\""
                + (listed.isEmpty() ? "" : "; options=" + listed) + MediaTypes.CHARSET;
    }
}
