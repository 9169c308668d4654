package dev.galley.graphql;

import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Composite types as types of GraphQL: {@code address} to read, {@code addressInput} to write. */
final class Composites {
    static final String INPUT = "Input";
    private static final Pattern MODIFIER = Pattern.compile(" ?\\(\\d+(?:,\\d+)?\\)");

    private final SchemaModel model;
    private final TypeNames types;
    private final Map<Integer, Optional<Composite>> known = new LinkedHashMap<>();

    /** @param attributes that have a field, by its name */
    record Composite(String name, Type type, Map<String, Attribute> attributes) {}

    record Attribute(String name, Type type) {}

    Composites(SchemaModel model, TypeNames types) {
        this.model = model;
        this.types = types;
    }

    /** Empty for one that has no counterpart. */
    Optional<Composite> of(Type type) {
        Optional<Composite> found = known.get(type.oid());
        if (found == null) {
            known.put(type.oid(), Optional.empty());
            found = make(type);
            known.put(type.oid(), found);
        }
        return found;
    }

    private Optional<Composite> make(Type type) {
        Optional<Naming> naming = types.namingOfComposites(type.name().schema());
        // The rows of a relation have a type of their own already.
        if (naming.isEmpty() || model.relation(type.name()).isPresent()) {
            return Optional.empty();
        }
        String name = naming.get().type(type.name().name(), Optional.empty());
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (Type.Attribute attribute : type.attributes()) {
            String field = naming.get().column(attribute.name(), Optional.empty());
            Optional.ofNullable(model.types()
                            .get(MODIFIER.matcher(attribute.typeSql()).replaceAll("")))
                    .filter(of -> Naming.isValid(field) && types.of(of).isPresent())
                    .ifPresent(of -> attributes.put(field, new Attribute(attribute.name(), of)));
        }
        boolean usable =
                Naming.isValid(name) && !attributes.isEmpty() && types.names().take(List.of(name, name + INPUT));
        return usable ? Optional.of(new Composite(name, type, attributes)) : Optional.empty();
    }

    List<GraphQLNamedType> types() {
        List<GraphQLNamedType> made = new ArrayList<>();
        known.values().stream().flatMap(Optional::stream).forEach(composite -> {
            GraphQLObjectType.Builder output = GraphQLObjectType.newObject().name(composite.name());
            GraphQLInputObjectType.Builder input =
                    GraphQLInputObjectType.newInputObject().name(composite.name() + INPUT);
            composite.attributes().forEach((field, attribute) -> {
                output.field(TableTypes.field(
                        field, (GraphQLOutputType) types.of(attribute.type()).orElse(typeRef(Scalars.OPAQUE))));
                input.field(GraphQLInputObjectField.newInputObjectField()
                        .name(field)
                        .type((GraphQLInputType) types.input(attribute.type()).orElse(typeRef(Scalars.OPAQUE))));
            });
            made.add(output.build());
            made.add(input.build());
        });
        return made;
    }

    /** By oid. */
    Map<Integer, Composite> all() {
        Map<Integer, Composite> all = new LinkedHashMap<>();
        known.forEach((oid, found) -> found.ifPresent(composite -> all.put(oid, composite)));
        return all;
    }
}
