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
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLScalarType;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    private static final List<GraphQLScalarType> ALL = List.of(
            graphql.Scalars.GraphQLID,
            graphql.Scalars.GraphQLInt,
            graphql.Scalars.GraphQLFloat,
            graphql.Scalars.GraphQLString,
            graphql.Scalars.GraphQLBoolean,
            scalar(BIG_INT, "An arbitrary size integer represented as a string", Numbers.WHOLE),
            scalar(BIG_FLOAT, "A high precision floating point value represented as a string", Numbers.NONE),
            scalar(DATE, "A date without time information", Numbers.NONE),
            scalar(TIME, "A time without date information", Numbers.NONE),
            scalar(DATETIME, "A date and time", Numbers.NONE),
            scalar(UUID, "A universally unique identifier", Numbers.NONE),
            scalar(JSON, "A Javascript Object Notation value serialized as a string", Numbers.NONE),
            scalar(CURSOR, "An opaque string using for tracking a position in results during pagination", Numbers.NONE),
            scalar(OPAQUE, "Any type not handled by the type system", Numbers.ALL));

    private static final Map<String, String> OWN = Map.of(
            "ID", "A globally unique identifier for a given record",
            "Int", "A scalar integer up to 32 bits",
            "Float", "A scalar floating point value up to 32 bits",
            "String", "A string",
            "Boolean", "A value that is true or false");

    private Scalars() {}

    /** With those that GraphQL has itself. */
    static List<GraphQLScalarType> all() {
        return ALL;
    }

    /** Of a type; graphql-java does not let its own have others. */
    static @Nullable String description(GraphQLNamedType type) {
        return OWN.getOrDefault(type.getName(), type.getDescription());
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
