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

    /** A function and its field. */
    record Callable(String field, Routine routine, Map<String, Routine.Parameter> arguments, Returned returned) {}

    /**
     * @param table whose rows it returns; empty for a value of the type
     * @param many whether it gives a page
     */
    record Returned(Optional<Table> table, boolean many, Type type) {}

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
                .filter(returned -> !isEnum(returned.type()))
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
            return tables.of(returns.relation().get())
                    .map(table -> new Returned(Optional.of(table), returns.set(), returns.type()));
        }
        return returns.set() || returns.composite() || types.of(returns.type()).isEmpty()
                ? Optional.empty()
                : Optional.of(new Returned(Optional.empty(), false, returns.type()));
    }

    /** Functions of one argument, a row; the row must be readable as a whole. */
    Map<String, Callable> ofRows(Table table) {
        if (!table.rights().wholeRows()) {
            return Map.of();
        }
        Map<String, Callable> fields = new LinkedHashMap<>();
        Map<String, Routine> values =
                model.computedFields().getOrDefault(table.relation().name(), Map.of());
        values.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each -> add(fields, each.getValue()));
        model.relationshipsFrom(table.relation().name()).forEach(each -> {
            if (each instanceof Relationship.Computed computed) {
                related(fields, computed);
            }
        });
        return fields;
    }

    private void add(Map<String, Callable> fields, Routine routine) {
        returned(routine).ifPresent(returned -> add(fields, routine, returned));
    }

    private void add(Map<String, Callable> fields, Routine routine, Returned returned) {
        String field = tables.naming(routine.name().schema())
                .function(
                        routine.name().name(), Directives.of(routine.comment()).text("name"));
        if (Naming.isValid(field) && rights.mayExecute(routine)) {
            fields.putIfAbsent(field, new Callable(field, routine, Map.of(), returned));
        }
    }

    private void related(Map<String, Callable> fields, Relationship.Computed computed) {
        tables.of(computed.to())
                .ifPresent(table -> model.routines(computed.function()).stream()
                        .filter(routine -> routine.parameters().size() == 1)
                        .filter(routine -> isRow(routine.parameters().getFirst().type(), computed.from()))
                        .findFirst()
                        .ifPresent(routine -> add(
                                fields,
                                routine,
                                new Returned(
                                        Optional.of(table),
                                        !computed.toOne(),
                                        routine.returns().type()))));
    }

    private static boolean isRow(Type type, QualifiedName relation) {
        return type.name().equals(relation);
    }
}
