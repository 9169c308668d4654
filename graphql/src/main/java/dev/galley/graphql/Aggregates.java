package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.query.document.Member;
import dev.galley.schema.Column;
import dev.galley.schema.Type;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The types of a table's aggregates. */
final class Aggregates {
    private static final Set<String> WHOLE = Set.of("int2", "int4", "int8");

    /** What the smallest and the largest of a type's values are; sums and averages are of the numbers among them. */
    private static final Map<String, String> COMPARABLE = Map.ofEntries(
            Map.entry("int2", "Int"),
            Map.entry("int4", "Int"),
            Map.entry("int8", Scalars.BIG_INT),
            Map.entry("float4", Scalars.BIG_FLOAT),
            Map.entry("float8", Scalars.BIG_FLOAT),
            Map.entry("numeric", Scalars.BIG_FLOAT),
            Map.entry("money", Scalars.OPAQUE),
            Map.entry("text", "String"),
            Map.entry("varchar", "String"),
            Map.entry("char", "String"),
            Map.entry("bpchar", "String"),
            Map.entry("name", "String"),
            Map.entry("citext", "String"),
            Map.entry("date", Scalars.DATE),
            Map.entry("time", Scalars.TIME),
            Map.entry("timetz", Scalars.TIME),
            Map.entry("timestamp", Scalars.DATETIME),
            Map.entry("timestamptz", Scalars.DATETIME),
            Map.entry("bool", "Boolean"));

    private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8", "float4", "float8", "numeric", "money");

    private Aggregates() {}

    static List<GraphQLNamedType> of(Table table) {
        List<GraphQLNamedType> made = new ArrayList<>();
        GraphQLObjectType.Builder all = GraphQLObjectType.newObject()
                .name(table.type() + "Aggregate")
                .description("Aggregate results for `" + table.type() + "`");
        made.addAll(fields(table, all));
        made.add(all.build());
        return made;
    }

    /** Adds a field for each function. */
    static List<GraphQLNamedType> fields(Table table, GraphQLObjectType.Builder all) {
        List<GraphQLNamedType> made = new ArrayList<>();
        all.field(TableTypes.field("count", nonNull(typeRef("Int")), "The number of records matching the query"));
        for (Member.Function function : Member.Function.values()) {
            results(table, function).ifPresent(type -> {
                made.add(type);
                all.field(TableTypes.field(
                        function.name().toLowerCase(Locale.ROOT),
                        typeRef(type.getName()),
                        words(function).titled() + " aggregates for "
                                + (isOfNumbers(function) ? "numeric" : "comparable") + " fields"));
            });
        }
        return made;
    }

    private static boolean isOfNumbers(Member.Function function) {
        return function == Member.Function.SUM || function == Member.Function.AVG;
    }

    private record Words(String plain, String titled, String ofField) {}

    private static Words words(Member.Function function) {
        return switch (function) {
            case SUM -> new Words("summation", "Summation", "Sum");
            case AVG -> new Words("average", "Average", "Average");
            case MIN -> new Words("minimum", "Minimum", "Minimum");
            case MAX -> new Words("maximum", "Maximum", "Maximum");
        };
    }

    private static Optional<GraphQLObjectType> results(Table table, Member.Function function) {
        String name = function.name().charAt(0) + function.name().substring(1).toLowerCase(Locale.ROOT);
        GraphQLObjectType.Builder builder = GraphQLObjectType.newObject()
                .name(table.type() + name + "AggregateResult")
                .description("Result of " + words(function).plain() + " aggregation for `" + table.type() + "`");
        Map<String, Column> fields = fields(table, function);
        fields.forEach((field, column) -> builder.field(TableTypes.field(
                field,
                typeRef(result(column.type(), function).orElseThrow()),
                words(function).ofField() + " of " + field + " across all matching records")));
        return fields.isEmpty() ? Optional.empty() : Optional.of(builder.build());
    }

    private static Map<String, Column> fields(Table table, Member.Function function) {
        Map<String, Column> fields = new LinkedHashMap<>();
        table.fields().forEach((field, column) -> {
            boolean readable = table.rights().select().contains(column.name());
            if (readable && result(column.type(), function).isPresent()) {
                fields.put(field, column);
            }
        });
        return fields;
    }

    private static Optional<String> result(Type type, Member.Function function) {
        String name = type.name().name();
        Optional<String> comparable =
                type.kind() == Type.Kind.BASE ? Optional.ofNullable(COMPARABLE.get(name)) : Optional.empty();
        return switch (function) {
            case SUM ->
                comparable
                        .filter(_ -> NUMBERS.contains(name))
                        .map(_ -> WHOLE.contains(name) ? Scalars.BIG_INT : Scalars.BIG_FLOAT);
            case AVG -> comparable.filter(_ -> NUMBERS.contains(name)).map(_ -> Scalars.BIG_FLOAT);
            case MIN, MAX -> comparable;
        };
    }
}
