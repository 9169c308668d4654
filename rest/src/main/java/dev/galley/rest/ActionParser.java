package dev.galley.rest;

import dev.galley.query.Bindings;
import dev.galley.query.Call;
import dev.galley.query.Count;
import dev.galley.query.Delete;
import dev.galley.query.Filter;
import dev.galley.query.Insert;
import dev.galley.query.Nested;
import dev.galley.query.Operator;
import dev.galley.query.Payload;
import dev.galley.query.QueryError;
import dev.galley.query.Read;
import dev.galley.query.Returning;
import dev.galley.query.Update;
import dev.galley.rest.Preferences.Missing;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns one request into a query: names and operators into the {@code Query}, values into the {@code Bindings}. */
final class ActionParser {
    private final RestSettings settings;
    private final RequestBody bodies;
    private final SchemaModel schema;
    private final Bindings bindings;

    ActionParser(RestSettings settings, RequestBody bodies, SchemaModel schema, Bindings bindings) {
        this.settings = settings;
        this.bodies = bodies;
        this.schema = schema;
        this.bindings = bindings;
    }

    Action parse(RestRequest request) {
        return switch (request.target().resource()) {
            case Target.Root root -> throw new RestException(new RestError.UnknownPath());
            case Target.RelationOf relation -> onRelation(request, relation.name());
            case Target.RoutineOf routine -> call(request, routine.name());
        };
    }

    private Action onRelation(RestRequest request, QualifiedName name) {
        return switch (request.method()) {
            case "GET", "HEAD" -> read(request, name);
            case "POST" -> insert(request, relation(name, request));
            case "PUT" -> replace(request, relation(name, request));
            case "PATCH" -> update(request, relation(name, request));
            case "DELETE" -> delete(request, relation(name, request));
            default -> throw new RestException(new RestError.MethodNotSupported(request.method()));
        };
    }

    Relation relation(QualifiedName name, RestRequest request) {
        return schema.relation(name)
                .orElseThrow(() -> new RestException(
                        new RestError.DoesNotFit(new QueryError.UnknownRelation(name), request.role())));
    }

    private Action read(RestRequest request, QualifiedName name) {
        Parameters parameters = parameters(request, false);
        RowRange range = RowRange.of(
                parameters.root.limit,
                parameters.root.offset,
                request.method().equals("GET") ? request.header("Range") : Optional.empty());
        var selection = selections().rows(parameters.root, range);
        return new Action.Reading(
                new Read(name, selection, request.preferences().count()), name, range);
    }

    /** What a GET of the same address would read, for a write that is tied to it by {@code If-Match}. */
    Optional<Read> guarded(RestRequest request, Action action) {
        boolean changes = action instanceof Action.Updating
                || action instanceof Action.Deleting
                || action instanceof Action.Replacing;
        return changes
                        && request.header("If-Match").isPresent()
                        && request.target().resource() instanceof Target.RelationOf relation
                ? Optional.of(current(request, relation.name()))
                : Optional.empty();
    }

    private Read current(RestRequest request, QualifiedName name) {
        Parameters parameters = parameters(request, false);
        RowRange range = RowRange.of(parameters.root.limit, parameters.root.offset, Optional.empty());
        return new Read(name, selections().rows(parameters.root, range), Count.NONE);
    }

    private Action insert(RestRequest request, Relation relation) {
        Parameters parameters = parameters(request, false);
        Payload payload = bodies.rows(request.body(), request.bodyType(), parameters.columns, bindings);
        List<Nested> nested = List.of();
        if (request.bodyType().equals(MediaTypes.JSON)
                && !relation.columns().keySet().containsAll(payload.columns())) {
            NestedBody.Rows rows = bodies.nestedRows(request.body(), relation, schema, parameters.columns);
            payload = new Payload(payload.json(), payload.single(), rows.columns());
            nested = rows.nested();
        }
        boolean keyed =
                parameters.onConflict.isPresent() || !relation.primaryKey().isEmpty();
        Optional<Insert.OnConflict> onConflict = request.preferences()
                .resolution()
                .filter(resolution -> keyed)
                .map(resolution -> new Insert.OnConflict(parameters.onConflict.orElse(List.of()), resolution));
        Insert insert = new Insert(
                relation.name(),
                payload,
                defaults(request),
                onConflict,
                Filter.NONE,
                returning(request, parameters, true),
                nested);
        return new Action.Inserting(insert, relation.name(), onConflict.isPresent());
    }

    private Action replace(RestRequest request, Relation relation) {
        Parameters parameters = parameters(request, false);
        if (parameters.limited()) throw new RestException(new RestError.PutWithLimit());
        Payload payload = bodies.rows(request.body(), request.bodyType(), Optional.empty(), bindings);
        if (!filtersKey(parameters, relation)) throw new RestException(new RestError.PutNeedsKeyFilter());
        Insert insert = new Insert(
                relation.name(),
                payload,
                false,
                Optional.of(new Insert.OnConflict(
                        List.of(),
                        request.createsOnly()
                                ? Insert.Resolution.IGNORE_DUPLICATES
                                : Insert.Resolution.MERGE_DUPLICATES)),
                selections().filter(parameters.root),
                returning(request, parameters, false));
        return new Action.Replacing(insert);
    }

    /** Whether the conditions are exactly one {@code eq} for each column of the primary key. */
    private static boolean filtersKey(Parameters parameters, Relation relation) {
        Set<String> filtered = new HashSet<>();
        for (Filter filter : parameters.root.filters) {
            boolean equals = filter instanceof Filter.Compare compare
                    && compare.operator() == Operator.EQ
                    && compare.quantifier().isEmpty()
                    && compare.field().json().isEmpty()
                    && filtered.add(compare.field().column());
            if (!equals) return false;
        }
        return !parameters.filtersEmbeds
                && !parameters.hasLogic
                && !filtered.isEmpty()
                && filtered.equals(Set.copyOf(relation.primaryKey()));
    }

    private Action update(RestRequest request, Relation relation) {
        Parameters parameters = parameters(request, false);
        Payload payload = bodies.rows(request.body(), request.bodyType(), parameters.columns, bindings);
        Filter filter = writeFilter("UPDATE", parameters, !payload.columns().isEmpty());
        return new Action.Updating(
                new Update(relation.name(), payload, defaults(request), filter, returning(request, parameters, false)));
    }

    private Action delete(RestRequest request, Relation relation) {
        Parameters parameters = parameters(request, false);
        Filter filter = writeFilter("DELETE", parameters, true);
        return new Action.Deleting(new Delete(relation.name(), filter, returning(request, parameters, false)));
    }

    private Filter writeFilter(String verb, Parameters parameters, boolean effective) {
        if (!settings.filterlessWrites() && effective && parameters.root.filters.isEmpty()) {
            throw new RestException(new RestError.FilterMissing(verb));
        }
        return selections().filter(parameters.root);
    }

    private Action call(RestRequest request, QualifiedName name) {
        boolean reading = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reading && !request.method().equals("POST")) {
            throw new RestException(new RestError.MethodNotForRoutine(request.method()));
        }
        Parameters parameters = parameters(request, reading);
        RowRange range = RowRange.of(
                parameters.root.limit,
                parameters.root.offset,
                request.method().equals("GET") ? request.header("Range") : Optional.empty());
        Call.Arguments arguments;
        Routine routine;
        if (reading) {
            routine = RoutineChoice.of(name, names(parameters.arguments), Optional.empty(), schema, request.role())
                    .routine();
            arguments = named(routine, parameters.arguments);
        } else {
            RequestBody.Arguments body = bodies.arguments(request.body(), request.bodyType(), parameters.columns);
            boolean form = body.mediaType().equals(MediaTypes.FORM);
            Set<String> given = form ? names(body.form()) : Set.copyOf(body.keys());
            RoutineChoice choice = RoutineChoice.of(name, given, Optional.of(body.mediaType()), schema, request.role());
            routine = choice.routine();
            if (choice.wholeBody()) arguments = new Call.Body(bindings.add(body.bytes()), body.mediaType());
            else if (form) arguments = named(routine, body.form());
            else arguments = new Call.JsonObject(bindings.add(body.bytes()), body.keys());
        }
        if (request.preferences().affectedLimit().isPresent()
                && !routine.returns().set()) {
            throw new RestException(new RestError.MaxAffectedNeedsSet());
        }
        var selection = selections().rows(parameters.root, range);
        Count count = request.preferences().count();
        return new Action.Calling(new Call(routine.name(), arguments, reading, selection, count), routine, range);
    }

    private static Set<String> names(List<QueryString.Parameter> parameters) {
        Set<String> names = new HashSet<>();
        for (QueryString.Parameter each : parameters) names.add(each.name());
        return names;
    }

    /** Of a parameter given twice the last counts, but a variadic one takes all. */
    private Call.Named named(Routine routine, List<QueryString.Parameter> given) {
        List<Call.Argument> arguments = new ArrayList<>(given.size());
        Map<String, String> single = new LinkedHashMap<>();
        Set<String> variadic = new HashSet<>();
        for (Routine.Parameter parameter : routine.parameters()) {
            if (parameter.variadic()) variadic.add(parameter.name());
        }
        for (QueryString.Parameter each : given) {
            if (variadic.contains(each.name())) {
                arguments.add(new Call.Argument(each.name(), bindings.add(each.value())));
            } else {
                single.put(each.name(), each.value());
            }
        }
        single.forEach((name, value) -> arguments.add(new Call.Argument(name, bindings.add(value))));
        return new Call.Named(List.copyOf(arguments));
    }

    private Returning returning(RestRequest request, Parameters parameters, boolean insert) {
        Preferences preferences = request.preferences();
        boolean keys = insert
                && preferences
                        .returning()
                        .filter(Preferences.Return.HEADERS_ONLY::equals)
                        .isPresent();
        var written = selections().written(parameters.root);
        return new Returning(
                preferences.wantsRows() ? Optional.of(written) : Optional.empty(), keys, preferences.count());
    }

    private boolean defaults(RestRequest request) {
        return request.preferences().missing().filter(Missing.DEFAULT::equals).isPresent();
    }

    private Parameters parameters(RestRequest request, boolean readingCall) {
        Parameters parameters = new Parameters(
                bindings,
                new Limits(settings.maxDepth(), settings.maxTerms()),
                readingCall,
                settings.legacyTargetNames());
        parameters.read(request.query());
        request.preferences().requireValid();
        return parameters;
    }

    private Selections selections() {
        return new Selections(bindings);
    }
}
