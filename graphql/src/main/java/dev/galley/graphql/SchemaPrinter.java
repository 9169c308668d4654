package dev.galley.graphql;

import graphql.introspection.Introspection.DirectiveLocation;
import graphql.language.AstPrinter;
import graphql.language.Value;
import graphql.normalized.ExecutableNormalizedField;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLDirective;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLModifiedType;
import graphql.schema.GraphQLNamedSchemaElement;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.InputValueWithState;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * A schema as JSON, as pg_graphql shows it. That differs from the specification in two places: {@code enumValues} of what is no
 * enum is an empty list, and {@code __typename} of what is shown is its own name.
 */
final class SchemaPrinter {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> DIRECTIVES = List.of("include", "skip");
    private static final Map<String, String> ABOUT = Map.of(
            "include", "This field or fragment will be included only when the `if` argument is true.",
            "skip", "This field or fragment will be skipped when the `if` argument is true.");

    private final GraphQLSchema schema;
    private final Set<String> hidden;
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonGenerator json = JSON.createGenerator(bytes);

    /** @param hidden names of types that are in use, but not told of */
    SchemaPrinter(GraphQLSchema schema, Set<String> hidden, int limit) {
        this.schema = schema;
        this.hidden = hidden;
        this.limit = limit;
    }

    byte[] schema(List<ExecutableNormalizedField> fields) {
        object(fields, this::ofSchema);
        return written();
    }

    byte[] type(String name, List<ExecutableNormalizedField> fields) {
        GraphQLType found = hidden.contains(name) ? null : schema.getType(name);
        if (found == null) {
            json.writeNull();
        } else {
            type(found, fields);
        }
        return written();
    }

    private byte[] written() {
        json.close();
        return bytes.toByteArray();
    }

    private void object(
            List<ExecutableNormalizedField> fields, BiConsumer<String, List<ExecutableNormalizedField>> member) {
        json.writeStartObject();
        for (ExecutableNormalizedField field : fields) {
            json.writeName(field.getResultKey());
            member.accept(field.getFieldName(), field.getChildren());
        }
        json.writeEndObject();
        if (bytes.size() > limit) {
            throw GraphqlError.of(GraphqlError.TOO_COMPLEX, "The answer is larger than " + limit + " bytes")
                    .thrown();
        }
    }

    private <T> void list(
            List<? extends T> elements,
            List<ExecutableNormalizedField> fields,
            BiConsumer<T, List<ExecutableNormalizedField>> each) {
        json.writeStartArray();
        elements.forEach(element -> each.accept(element, fields));
        json.writeEndArray();
    }

    private void ofSchema(String member, List<ExecutableNormalizedField> fields) {
        switch (member) {
            case "description" -> json.writeString("Represents the GraphQL schema of the database");
            case "types" ->
                list(
                        schema.getAllTypesAsList().stream()
                                .filter(type -> !hidden.contains(type.getName()))
                                .toList(),
                        fields,
                        this::type);
            case "queryType" -> type(schema.getQueryType(), fields);
            case "mutationType" -> type(schema.getMutationType(), fields);
            case "directives" ->
                list(DIRECTIVES.stream().map(schema::getDirective).toList(), fields, this::directive);
            case "__typename" -> json.writeString("__schema");
            default -> json.writeNull();
        }
    }

    private void type(@Nullable GraphQLType type, List<ExecutableNormalizedField> fields) {
        if (type == null) {
            json.writeNull();
            return;
        }
        object(fields, (member, inner) -> {
            switch (member) {
                case "kind" -> json.writeString(kind(type));
                case "name", "__typename" ->
                    json.writeString(type instanceof GraphQLNamedType named ? named.getName() : null);
                case "description" ->
                    json.writeString(type instanceof GraphQLNamedType named ? Scalars.description(named) : null);
                case "fields" -> {
                    if (type instanceof GraphQLFieldsContainer container) {
                        list(container.getFieldDefinitions(), inner, this::field);
                    } else {
                        json.writeNull();
                    }
                }
                case "inputFields" -> {
                    if (type instanceof GraphQLInputObjectType input) {
                        list(input.getFieldDefinitions(), inner, this::inputField);
                    } else {
                        json.writeNull();
                    }
                }
                case "interfaces" ->
                    list(type instanceof GraphQLObjectType of ? of.getInterfaces() : List.of(), inner, this::type);
                case "possibleTypes" -> {
                    if (type instanceof GraphQLInterfaceType of) {
                        List<GraphQLObjectType> known = schema.getImplementations(of);
                        list(known == null ? List.of() : known, inner, this::type);
                    } else {
                        json.writeNull();
                    }
                }
                case "enumValues" ->
                    list(type instanceof GraphQLEnumType of ? of.getValues() : List.of(), inner, this::enumValue);
                case "ofType" -> type(type instanceof GraphQLModifiedType of ? of.getWrappedType() : null, inner);
                case "isOneOf" -> {
                    if (type instanceof GraphQLInputObjectType) {
                        json.writeBoolean(false);
                    } else {
                        json.writeNull();
                    }
                }
                default -> json.writeNull();
            }
        });
    }

    private static String kind(GraphQLType type) {
        return switch (type) {
            case GraphQLNonNull _ -> "NON_NULL";
            case GraphQLList _ -> "LIST";
            case GraphQLScalarType _ -> "SCALAR";
            case GraphQLEnumType _ -> "ENUM";
            case GraphQLInputObjectType _ -> "INPUT_OBJECT";
            case GraphQLInterfaceType _ -> "INTERFACE";
            default -> "OBJECT";
        };
    }

    private void description(GraphQLNamedSchemaElement of) {
        json.writeString(of.getDescription());
    }

    private void field(GraphQLFieldDefinition field, List<ExecutableNormalizedField> fields) {
        object(fields, (member, inner) -> {
            switch (member) {
                case "name", "__typename" -> json.writeString(field.getName());
                case "description" -> description(field);
                case "args" -> list(field.getArguments(), inner, this::argument);
                case "type" -> type(field.getType(), inner);
                case "isDeprecated" -> json.writeBoolean(false);
                default -> json.writeNull();
            }
        });
    }

    private void argument(GraphQLArgument argument, List<ExecutableNormalizedField> fields) {
        inputValue(argument, argument.getType(), argument.getArgumentDefaultValue(), fields);
    }

    private void inputField(GraphQLInputObjectField field, List<ExecutableNormalizedField> fields) {
        inputValue(field, field.getType(), field.getInputFieldDefaultValue(), fields);
    }

    private void inputValue(
            GraphQLNamedSchemaElement of,
            GraphQLInputType type,
            InputValueWithState byDefault,
            List<ExecutableNormalizedField> fields) {
        object(fields, (member, inner) -> {
            switch (member) {
                case "name", "__typename" -> json.writeString(of.getName());
                case "description" -> description(of);
                case "type" -> type(type, inner);
                case "defaultValue" -> json.writeString(text(byDefault).orElse(null));
                case "isDeprecated" -> json.writeBoolean(false);
                default -> json.writeNull();
            }
        });
    }

    private static Optional<String> text(InputValueWithState value) {
        if (value.isNotSet()) {
            return Optional.empty();
        }
        return Optional.of(
                value.getValue() instanceof Value<?> literal
                        ? AstPrinter.printAst(literal)
                        : String.valueOf(value.getValue()));
    }

    private void enumValue(GraphQLEnumValueDefinition value, List<ExecutableNormalizedField> fields) {
        object(fields, (member, _) -> {
            switch (member) {
                case "name", "__typename" -> json.writeString(value.getName());
                case "description" -> description(value);
                case "isDeprecated" -> json.writeBoolean(false);
                default -> json.writeNull();
            }
        });
    }

    private void directive(GraphQLDirective directive, List<ExecutableNormalizedField> fields) {
        object(fields, (member, inner) -> {
            switch (member) {
                case "name" -> json.writeString(directive.getName());
                case "description" -> json.writeString(ABOUT.get(directive.getName()));
                case "locations" -> {
                    json.writeStartArray();
                    List.of(
                                    DirectiveLocation.FIELD,
                                    DirectiveLocation.FRAGMENT_SPREAD,
                                    DirectiveLocation.INLINE_FRAGMENT)
                            .forEach(location -> json.writeString(location.name()));
                    json.writeEndArray();
                }
                case "args" -> list(directive.getArguments(), inner, this::argument);
                case "isRepeatable" -> json.writeBoolean(false);
                case "__typename" -> json.writeString("__Directive");
                default -> json.writeNull();
            }
        });
    }
}
