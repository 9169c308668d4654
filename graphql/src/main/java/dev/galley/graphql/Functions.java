package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions that have a field: of the query or the mutation, and of records. */
final class Functions {
    private final SchemaModel model;
    private final Rights rights;
    private final Tables tables;
    private final TypeNames types;

    /**
     * A function and its field.
     *
     * @param arguments by the names of the field's
     */
    record Callable(String field, Routine routine, Map<String, Routine.Parameter> arguments, Returned returned) {}

    /** A function of a row, as a field of records. */
    record OfRow(String field, QualifiedName function, Optional<String> description, Returned returned) {}

    /** What a function gives. */
    sealed interface Returned {
        record Value(Type type) implements Returned {}

        /** @param many whether it gives a page */
        record Rows(Table table, boolean many) implements Returned {}
    }

    Functions(SchemaModel model, Rights rights, Tables tables, TypeNames types) {
        this.model = model;
        this.rights = rights;
        this.tables = tables;
        this.types = types;
    }

    List<Callable> callable() {
        List<Callable> callable = new ArrayList<>();
        model.routines().entrySet().stream()
                .filter(each -> rights.schemas().containsKey(each.getKey().schema()))
                .filter(each -> each.getValue().size() == 1)
                .sorted(Comparator.comparing(each -> each.getKey()))
                .forEach(each -> callable(each.getValue().getFirst()).ifPresent(callable::add));
        return callable;
    }

    private Optional<Callable> callable(Routine routine) {
        boolean takesValues = routine.parameters().stream().allMatch(this::isValue);
        if (!takesValues || routine.variadic() || !rights.mayExecute(routine)) {
            return Optional.empty();
        }
        Naming naming = tables.naming(routine.name().schema());
        String field = naming.function(
                routine.name().name(), Directives.of(routine.comment()).text("name"));
        Map<String, Routine.Parameter> arguments = new LinkedHashMap<>();
        routine.parameters().forEach(parameter -> arguments.put(naming.argument(parameter.name()), parameter));
        boolean named = Naming.isValid(field) && arguments.keySet().stream().allMatch(Naming::isValid);
        return returned(routine)
                .filter(_ -> named)
                .filter(returned -> !(returned instanceof Returned.Value(var type) && isEnum(type)))
                .map(returned -> new Callable(field, routine, arguments, returned));
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

    private Optional<Returned> returned(Routine routine) {
        Routine.Returns returns = routine.returns();
        if (returns.isVoid()) {
            return Optional.empty();
        }
        if (returns.relation().isPresent()) {
            return tables.of(returns.relation().get()).<Returned>map(table -> new Returned.Rows(table, returns.set()));
        }
        return returns.set() || returns.composite() || types.of(returns.type()).isEmpty()
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
                .forEach(routine -> returned(routine)
                        .ifPresent(returned -> add(found, routine.name(), routine.comment(), returned)));
        model.relationshipsFrom(relation).forEach(each -> {
            if (each instanceof Relationship.Computed computed) {
                tables.of(computed.to())
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
