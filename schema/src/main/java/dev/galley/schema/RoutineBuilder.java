package dev.galley.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns a function of the catalog into a {@link Routine}. */
final class RoutineBuilder {

    /** What the body of a request can be handed over as, whole, to a single parameter without a name. */
    private static final Set<String> BODY_TYPES = Set.of("json", "jsonb", "text", "xml", "bytea");

    private final CatalogReader reader;
    private final TypeCatalog types;
    private final RelationCatalog relations;

    RoutineBuilder(CatalogReader reader, TypeCatalog types, RelationCatalog relations) {
        this.reader = reader;
        this.types = types;
        this.relations = relations;
    }

    /** Whether every parameter can be given: by its name, or as the body where it is the only one. */
    boolean callable(RoutineCatalog.Entry entry) {
        List<Routine.Parameter> parameters = parameters(entry);
        if (parameters.stream().noneMatch(parameter -> parameter.name().isEmpty())) {
            return true;
        }
        QualifiedName type = parameters.getFirst().type().name();
        return parameters.size() == 1 && type.schema().equals("pg_catalog") && BODY_TYPES.contains(type.name());
    }

    Routine routine(RoutineCatalog.Entry entry) {
        return new Routine(
                entry.name(),
                parameters(entry),
                returns(entry),
                switch (entry.volatility()) {
                    case "i" -> Routine.Volatility.IMMUTABLE;
                    case "s" -> Routine.Volatility.STABLE;
                    default -> Routine.Volatility.VOLATILE;
                },
                entry.variadic(),
                settings(entry.settings()),
                reader.once(Set.copyOf(entry.executableBy())),
                entry.comment());
    }

    private List<Routine.Parameter> parameters(RoutineCatalog.Entry entry) {
        List<Routine.Parameter> parameters = new ArrayList<>();
        int inputs = entry.inputTypes().size();
        // Without modes every argument is an input; the names cover outputs too.
        int arguments = entry.modes().isEmpty() ? inputs : entry.modes().size();
        for (int i = 0; i < arguments; i++) {
            String mode = entry.modes().isEmpty() ? "i" : entry.modes().get(i);
            if (mode.equals("o") || mode.equals("t")) {
                continue;
            }
            Type type = types.type(entry.inputTypes().get(parameters.size()));
            parameters.add(reader.once(new Routine.Parameter(
                    argumentName(entry, i),
                    type,
                    type.sql(),
                    parameters.size() < inputs - entry.defaults(),
                    mode.equals("v"))));
        }
        return reader.once(List.copyOf(parameters));
    }

    private Routine.Returns returns(RoutineCatalog.Entry entry) {
        Type type = types.type(entry.returnType());
        List<Type.Attribute> outputs = new ArrayList<>();
        for (int i = 0; i < entry.modes().size(); i++) {
            if (Set.of("o", "b", "t").contains(entry.modes().get(i))) {
                String name = argumentName(entry, i);
                String sql = types.type(entry.allTypes().get(i)).sql();
                outputs.add(
                        reader.once(new Type.Attribute(name.isEmpty() ? "column" + (outputs.size() + 1) : name, sql)));
            }
        }
        Type row = type.underDomains();
        Optional<QualifiedName> relation = relations.byRowType(row.oid()).map(RelationCatalog.Entry::name);
        boolean isVoid = type.kind() == Type.Kind.PSEUDO && type.name().name().equals("void");
        return reader.once(new Routine.Returns(
                type, entry.set(), isVoid, relation, outputs.isEmpty() ? row.attributes() : List.copyOf(outputs)));
    }

    private static String argumentName(RoutineCatalog.Entry entry, int index) {
        return index < entry.argumentNames().size() ? entry.argumentNames().get(index) : "";
    }

    private static Map<String, String> settings(List<String> clauses) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String clause : clauses) {
            int equals = clause.indexOf('=');
            settings.put(clause.substring(0, equals), clause.substring(equals + 1));
        }
        return Collections.unmodifiableMap(settings);
    }
}
