package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.Type;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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
    private final Function<String, Naming> namings;
    private final Map<String, GraphQLEnumType> enums = new LinkedHashMap<>();
    private final Map<Integer, Map<String, String>> enumNames = new LinkedHashMap<>();

    TypeNames(Rights rights, Function<String, Naming> namings) {
        this.rights = rights;
        this.namings = namings;
    }

    /** Empty for a type that has no counterpart: composites and pseudo-types. */
    Optional<GraphQLType> of(Type type) {
        return switch (type.kind()) {
            case ARRAY ->
                type.base()
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
            case ENUM -> Optional.of(enumeration(type));
            case ARRAY, COMPOSITE, PSEUDO -> Optional.empty();
        };
    }

    private static String scalar(Type type) {
        String known = SCALARS.get(type.oid());
        if (known != null) {
            return known;
        }
        return type.name().name().equals("citext") ? "String" : Scalars.OPAQUE;
    }

    private String enumeration(Type type) {
        Optional<String> comment = rights.enums().get(type.oid());
        if (comment == null) {
            return Scalars.OPAQUE; // in a schema that is not shown
        }
        Directives directives = Directives.of(comment);
        String name = namings.apply(type.name().schema()).type(type.name().name(), directives.text("name"));
        Map<String, String> mappings = directives.mappings();
        boolean valid = Naming.isValid(name)
                && type.labels().stream().allMatch(label -> Naming.isValid(mappings.getOrDefault(label, label)));
        if (!valid || type.labels().isEmpty()) {
            return Scalars.OPAQUE;
        }
        if (!mappings.isEmpty()) {
            enumNames.put(type.oid(), Map.copyOf(mappings));
        }
        enums.computeIfAbsent(name, _ -> enumType(name, type, mappings));
        return name;
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

    Map<Integer, Map<String, String>> enumNames() {
        return Map.copyOf(enumNames);
    }
}
