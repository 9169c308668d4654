package dev.galley.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.BooleanValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.GraphQLScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The scalars that GraphQL does not have itself. Each is read as text; PostgreSQL judges what it means. */
final class Scalars {
    static final String BIG_INT = "BigInt";
    static final String BIG_FLOAT = "BigFloat";
    static final String DATE = "Date";
    static final String TIME = "Time";
    static final String DATETIME = "Datetime";
    static final String UUID = "UUID";
    static final String JSON = "JSON";
    static final String CURSOR = "Cursor";
    static final String OPAQUE = "Opaque";

    private static final Map<String, GraphQLScalarType> ALL = Stream.of(
                    scalar(BIG_INT, "A whole number of any size, represented as a string", true),
                    scalar(BIG_FLOAT, "A number of any precision, represented as a string", false),
                    scalar(DATE, "A date without time", false),
                    scalar(TIME, "A time without a date", false),
                    scalar(DATETIME, "A date and time", false),
                    scalar(UUID, "A universally unique identifier", false),
                    scalar(JSON, "A JSON value, serialized as a string", false),
                    scalar(CURSOR, "The place of a record in a collection", false),
                    scalar(OPAQUE, "A value of a type that GraphQL knows nothing of", true))
            .collect(Collectors.toUnmodifiableMap(GraphQLScalarType::getName, Function.identity()));

    private Scalars() {}

    /** With those that GraphQL has itself. */
    static List<GraphQLScalarType> all() {
        List<GraphQLScalarType> all = new ArrayList<>(List.of(
                graphql.Scalars.GraphQLInt,
                graphql.Scalars.GraphQLFloat,
                graphql.Scalars.GraphQLString,
                graphql.Scalars.GraphQLBoolean,
                graphql.Scalars.GraphQLID));
        all.addAll(ALL.values());
        return all;
    }

    private static GraphQLScalarType scalar(String name, String description, boolean numbers) {
        return GraphQLScalarType.newScalar()
                .name(name)
                .description(description)
                .coercing(new AsText(name, numbers))
                .build();
    }

    /** @param numbers whether it may be written as a number too */
    private record AsText(String name, boolean numbers) implements Coercing<String, Object> {
        @Override
        public Object serialize(Object value, GraphQLContext context, Locale locale) {
            return value;
        }

        @Override
        public String parseValue(Object input, GraphQLContext context, Locale locale) {
            return switch (input) {
                case String text -> text;
                case Number number when numbers -> number.toString();
                case Boolean flag when name.equals(OPAQUE) -> flag.toString();
                default -> throw new CoercingParseValueException("Invalid input for " + name + " type");
            };
        }

        @Override
        public String parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            return switch (input) {
                case StringValue text -> String.valueOf(text.getValue());
                case IntValue number when numbers -> String.valueOf(number.getValue());
                case FloatValue number when numbers -> String.valueOf(number.getValue());
                case BooleanValue flag when name.equals(OPAQUE) -> Boolean.toString(flag.isValue());
                default -> throw new CoercingParseLiteralException("Invalid input for " + name + " type");
            };
        }

        @Override
        public Value<?> valueToLiteral(Object input, GraphQLContext context, Locale locale) {
            return StringValue.of(input.toString());
        }
    }
}
