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
import java.math.BigInteger;
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
                    scalar(BIG_INT, "A whole number of any size, represented as a string", Numbers.WHOLE),
                    scalar(BIG_FLOAT, "A number of any precision, represented as a string", Numbers.WHOLE),
                    scalar(DATE, "A date without time", Numbers.NONE),
                    scalar(TIME, "A time without a date", Numbers.NONE),
                    scalar(DATETIME, "A date and time", Numbers.NONE),
                    scalar(UUID, "A universally unique identifier", Numbers.NONE),
                    scalar(JSON, "A JSON value, serialized as a string", Numbers.NONE),
                    scalar(CURSOR, "The place of a record in a collection", Numbers.NONE),
                    scalar(OPAQUE, "A value of a type that GraphQL knows nothing of", Numbers.ALL))
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

    private static GraphQLScalarType scalar(String name, String description, Numbers numbers) {
        return GraphQLScalarType.newScalar()
                .name(name)
                .description(description)
                .coercing(new AsText(name, numbers))
                .build();
    }

    /** Which numbers a value may be written as; a fraction would not be what it says. */
    private enum Numbers {
        NONE,
        WHOLE,
        ALL
    }

    private record AsText(String name, Numbers numbers) implements Coercing<String, Object> {
        @Override
        public Object serialize(Object value, GraphQLContext context, Locale locale) {
            return value;
        }

        @Override
        public String parseValue(Object input, GraphQLContext context, Locale locale) {
            return switch (input) {
                case String text -> text;
                case Integer number when numbers != Numbers.NONE -> number.toString();
                case BigInteger number when numbers != Numbers.NONE -> number.toString();
                case Number number when numbers == Numbers.ALL -> number.toString();
                case Boolean flag when name.equals(OPAQUE) -> flag.toString();
                default -> throw new CoercingParseValueException("Invalid input for " + name + " type");
            };
        }

        @Override
        public String parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            return switch (input) {
                case StringValue text -> String.valueOf(text.getValue());
                case IntValue number when numbers != Numbers.NONE -> String.valueOf(number.getValue());
                case FloatValue number when numbers == Numbers.ALL -> String.valueOf(number.getValue());
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
