package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import graphql.language.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The functions that have a field: of the query or the mutation, and of records. */
final class Functions {
    /** Schemas whose functions are the platform's own. */
    private static final Set<String> PLATFORM = Set.of("graphql", "graphql_public", "auth", "extensions");

    private final SchemaModel model;
    private final Rights rights;
    private final Tables tables;
    private final TypeNames types;
    private final Set<String> shown;

    /**
     * A function and its field.
     *
     * @param arguments by the names of the field's
     * @param defaults of some of them, by the same names
     */
    record Callable(
            String field,
            Routine routine,
            Map<String, Routine.Parameter> arguments,
            Map<String, Value<?>> defaults,
            Returned returned) {}

    /** A function of a row, as a field of records. */
    record OfRow(String field, QualifiedName function, Optional<String> description, Returned returned) {}

    /** What a function gives. */
    sealed interface Returned {
        record Value(Type type) implements Returned {}

        /** @param many whether it gives a page */
        record Rows(Table table, boolean many) implements Returned {}
    }

    /** @param shown the schemas of which something is shown */
    Functions(SchemaModel model, Rights rights, Tables tables, TypeNames types, Set<String> shown) {
        this.shown = shown;
        this.model = model;
        this.rights = rights;
        this.tables = tables;
        this.types = types;
    }

    List<Callable> callable() {
        List<Callable> callable = new ArrayList<>();
        Map<String, Integer> overloads = new HashMap<>();
        model.routines().forEach((name, all) -> {
            if (rights.schemas().containsKey(name.schema())) {
                overloads.merge(name.name(), all.size(), Integer::sum);
            }
        });
        model.routines().entrySet().stream()
                .filter(each -> shown.contains(each.getKey().schema()))
                .filter(each -> !PLATFORM.contains(each.getKey().schema()))
                .filter(each ->
                        Integer.valueOf(1).equals(overloads.get(each.getKey().name())))
                .sorted(Comparator.comparing(each -> each.getKey()))
                .forEach(each -> callable(each.getValue().getFirst()).ifPresent(callable::add));
        return callable;
    }

    private Optional<Callable> callable(Routine routine) {
        boolean takesValues = routine.parameters().stream().allMatch(this::isValue);
        Optional<Rights.OfRoutine> allowed = rights.of(routine);
        if (!takesValues || routine.variadic() || allowed.isEmpty()) {
            return Optional.empty();
        }
        Naming naming = tables.naming(routine.name().schema());
        String field = naming.function(
                routine.name().name(), Directives.of(routine.comment()).text("name"));
        Map<String, Routine.Parameter> arguments = new LinkedHashMap<>();
        routine.parameters().forEach(parameter -> arguments.put(naming.argument(parameter.name()), parameter));
        Map<String, Value<?>> defaults = new HashMap<>();
        ArgumentDefaults.of(routine, allowed.get())
                .forEach((parameter, value) -> defaults.put(naming.argument(parameter), value));
        boolean named = Naming.isValid(field)
                && arguments.size() == routine.parameters().size()
                && arguments.keySet().stream().allMatch(Naming::isValid);
        return returned(routine, !allowed.get().oneRow())
                .filter(_ -> named)
                .filter(returned -> !(returned instanceof Returned.Value(var type) && isEnum(type)))
                .map(returned -> new Callable(field, routine, arguments, defaults, returned));
    }

    private boolean isValue(Routine.Parameter parameter) {
        Type type = parameter.type();
        Type element = type.kind() == Type.Kind.ARRAY ? type.base().orElse(type) : type;
        return !parameter.name().isEmpty()
                && switch (element.kind()) {
                    case BASE, DOMAIN, RANGE, MULTIRANGE -> types.of(type).isPresent();
                    case ENUM, ARRAY, COMPOSITE, PSEUDO -> false;
                };
    }

    private static boolean isEnum(Type type) {
        return type.kind() == Type.Kind.ENUM
                || type.base().filter(base -> base.kind() == Type.Kind.ENUM).isPresent();
    }

    /** @param many whether a set is of more than one row */
    private Optional<Returned> returned(Routine routine, boolean many) {
        Routine.Returns returns = routine.returns();
        boolean set = returns.set() && many;
        if (returns.isVoid()) {
            return Optional.empty();
        }
        if (returns.relation().isPresent()) {
            return tables.of(returns.relation().get()).<Returned>map(table -> new Returned.Rows(table, set));
        }
        return set || returns.composite() || types.of(returns.type()).isEmpty()
                ? Optional.empty()
                : Optional.of(new Returned.Value(returns.type()));
    }

    /** Functions of one argument, a row; the row must be readable as a whole. */
    List<OfRow> ofRows(Table table) {
        if (!table.rights().wholeRows()) {
            return List.of();
        }
        List<OfRow> found = new ArrayList<>();
        QualifiedName relation = table.relation().name();
        model.computedFields()
                .getOrDefault(relation, Map.of())
                .values()
                .forEach(routine -> returned(routine, true)
                        .ifPresent(returned -> add(found, routine.name(), routine.comment(), returned)));
        model.relationshipsFrom(relation).forEach(each -> {
            if (each instanceof Relationship.Computed computed) {
                tables.of(computed.to())
                        .or(() -> computed.toOne() ? tables.keyless(computed.to()) : Optional.empty())
                        .ifPresent(to -> add(
                                found,
                                computed.function(),
                                computed.comment(),
                                new Returned.Rows(to, !computed.toOne())));
            }
        });
        found.sort(Comparator.comparing(OfRow::field));
        return found;
    }

    private void add(List<OfRow> found, QualifiedName function, Optional<String> comment, Returned returned) {
        Directives directives = Directives.of(comment);
        String field = tables.naming(function.schema()).function(function.name(), directives.text("name"));
        if (Naming.isValid(field) && rights.mayExecute(function)) {
            found.add(new OfRow(field, function, directives.text("description"), returned));
        }
    }
}
