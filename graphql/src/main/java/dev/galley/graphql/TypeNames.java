package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeReference;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Types of the database as types of GraphQL. Collects the enums that it meets. */
final class TypeNames {
    private static final Map<Integer, String> SCALARS = Map.ofEntries(
            Map.entry(16, "Boolean"),
            Map.entry(20, Scalars.BIG_INT),
            Map.entry(21, "Int"),
            Map.entry(23, "Int"),
            Map.entry(25, "String"),
            Map.entry(18, "String"),
            Map.entry(1042, "String"),
            Map.entry(1043, "String"),
            Map.entry(114, Scalars.JSON),
            Map.entry(3802, Scalars.JSON),
            Map.entry(700, "Float"),
            Map.entry(701, "Float"),
            Map.entry(1082, Scalars.DATE),
            Map.entry(1083, Scalars.TIME),
            Map.entry(1114, Scalars.DATETIME),
            Map.entry(1184, Scalars.DATETIME),
            Map.entry(1700, Scalars.BIG_FLOAT),
            Map.entry(2950, Scalars.UUID));

    private final Rights rights;
    private final Map<String, Directives> schemas;
    private final Set<String> shown;
    private final TakenNames names = new TakenNames();
    private final Map<String, GraphQLEnumType> enums = new LinkedHashMap<>();
    private final Map<Integer, Optional<String>> known = new HashMap<>();
    private final Map<Integer, Map<String, String>> enumNames = new LinkedHashMap<>();
    private final Set<String> hidden = new HashSet<>();
    private final Set<Extension> everywhere;
    private final Composites composites;

    /**
     * @param schemas with what their comments say
     * @param shown those of which something is shown
     * @param everywhere extensions that all schemas have
     */
    TypeNames(
            SchemaModel model,
            Rights rights,
            Map<String, Directives> schemas,
            Set<String> shown,
            Set<Extension> everywhere) {
        this.composites = new Composites(model, this);
        this.everywhere = everywhere;
        this.rights = rights;
        this.schemas = schemas;
        this.shown = shown;
    }

    Set<Extension> extensions(String schema) {
        Set<Extension> all = EnumSet.noneOf(Extension.class);
        all.addAll(everywhere);
        all.addAll(Extension.told(schemas.getOrDefault(schema, Directives.NONE)));
        return Set.copyOf(all);
    }

    /** How the composite types of a schema are named; empty when they are not shown. */
    Optional<Naming> namingOfComposites(String schema) {
        return shown.contains(schema) && extensions(schema).contains(Extension.COMPOSITE_TYPES)
                ? Optional.of(naming(schema))
                : Optional.empty();
    }

    Composites composites() {
        return composites;
    }

    private Naming naming(String schema) {
        return new Naming(schemas.getOrDefault(schema, Directives.NONE).flag("inflect_names"));
    }

    /** As it is written by a client; empty for what has no counterpart. */
    Optional<GraphQLType> input(Type type) {
        Type element = type.kind() == Type.Kind.ARRAY ? type.base().orElse(type) : type;
        if (element.kind() != Type.Kind.COMPOSITE) {
            return of(type);
        }
        return composites.of(element).map(composite -> {
            GraphQLType input = GraphQLTypeReference.typeRef(composite.name() + Composites.INPUT);
            return type.kind() == Type.Kind.ARRAY ? GraphQLList.list(input) : input;
        });
    }

    /** As it is read; empty for what has no counterpart. */
    Optional<GraphQLType> of(Type type) {
        return switch (type.kind()) {
            case ARRAY ->
                type.base()
                        .filter(element -> rights.mayUse(element.oid()))
                        .flatMap(this::named)
                        .map(GraphQLTypeReference::typeRef)
                        .map(GraphQLList::list);
            case BASE, DOMAIN, RANGE, MULTIRANGE, ENUM, COMPOSITE, PSEUDO ->
                named(type).map(GraphQLTypeReference::typeRef);
        };
    }

    /** The name of a type that is no list. */
    Optional<String> named(Type type) {
        return switch (type.kind()) {
            case BASE -> Optional.of(scalar(type));
            case DOMAIN, RANGE, MULTIRANGE -> Optional.of(Scalars.OPAQUE);
            case ENUM -> known.computeIfAbsent(type.oid(), _ -> enumeration(type));
            case COMPOSITE -> composites.of(type).map(Composites.Composite::name);
            case ARRAY, PSEUDO -> Optional.empty();
        };
    }

    private static String scalar(Type type) {
        String known = SCALARS.get(type.oid());
        if (known != null) {
            return known;
        }
        return type.name().name().equals("citext") ? "String" : Scalars.OPAQUE;
    }

    private Optional<String> enumeration(Type type) {
        Optional<String> comment = rights.enums().get(type.oid());
        if (comment == null) {
            return Optional.of(Scalars.OPAQUE); // in a schema that clients do not know of
        }
        String schema = type.name().schema();
        if (!shown.contains(schema)) {
            return Optional.empty();
        }
        Directives directives = Directives.of(comment);
        String name = naming(schema).type(type.name().name(), directives.text("name"));
        Map<String, String> mappings = directives.mappings();
        Set<String> labels = type.labels().stream()
                .map(label -> mappings.getOrDefault(label, label))
                .filter(Naming::isChoice)
                .collect(Collectors.toSet());
        boolean distinct = labels.size() == type.labels().size();
        if (!Naming.isValid(name) || labels.isEmpty() || !distinct || !names.takeForEnum(name)) {
            return Optional.of(Scalars.OPAQUE);
        }
        if (!rights.mayUse(type.oid())) {
            hidden.addAll(List.of(name, name + "Filter"));
        }
        if (!mappings.isEmpty()) {
            enumNames.put(type.oid(), Map.copyOf(mappings));
        }
        enums.put(name, enumType(name, type, mappings));
        return Optional.of(name);
    }

    private static GraphQLEnumType enumType(String name, Type type, Map<String, String> mappings) {
        GraphQLEnumType.Builder builder = GraphQLEnumType.newEnum().name(name);
        for (String label : type.labels()) {
            builder.value(GraphQLEnumValueDefinition.newEnumValueDefinition()
                    .name(mappings.getOrDefault(label, label))
                    .value(label)
                    .build());
        }
        return builder.build();
    }

    Map<String, GraphQLEnumType> enums() {
        return enums;
    }

    /** The names that no other type may have. */
    TakenNames names() {
        return names;
    }

    /** The names of types that are in use, but that the role may not write down. */
    Set<String> hidden() {
        return Set.copyOf(hidden);
    }

    Map<Integer, Map<String, String>> enumNames() {
        return Map.copyOf(enumNames);
    }
}
