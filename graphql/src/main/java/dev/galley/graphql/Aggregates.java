package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.query.document.Member;
import dev.galley.schema.Column;
import dev.galley.schema.Type;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The types of a table's aggregates. */
record Aggregates(TypeNames types) {
    private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8", "float4", "float8", "numeric", "money");
    private static final Set<String> WHOLE = Set.of("int2", "int4", "int8");
    private static final Set<String> COMPARABLE = Set.of(
            "text",
            "varchar",
            "char",
            "bpchar",
            "name",
            "citext",
            "date",
            "time",
            "timetz",
            "timestamp",
            "timestamptz");

    List<GraphQLNamedType> of(Table table) {
        List<GraphQLNamedType> made = new ArrayList<>();
        GraphQLObjectType.Builder all = GraphQLObjectType.newObject()
                .name(table.type() + "Aggregate")
                .description("Aggregate results for `" + table.type() + "`")
                .field(TableTypes.field("count", nonNull(typeRef("Int"))));
        for (Member.Function function : Member.Function.values()) {
            results(table, function).ifPresent(type -> {
                made.add(type);
                all.field(TableTypes.field(function.name().toLowerCase(Locale.ROOT), typeRef(type.getName())));
            });
        }
        made.add(all.build());
        return made;
    }

    private Optional<GraphQLObjectType> results(Table table, Member.Function function) {
        String name = function.name().charAt(0) + function.name().substring(1).toLowerCase(Locale.ROOT);
        GraphQLObjectType.Builder builder = GraphQLObjectType.newObject().name(table.type() + name + "AggregateResult");
        boolean any = false;
        for (var field : table.fields().entrySet()) {
            Column column = field.getValue();
            if (table.rights().select().contains(column.name())) {
                Optional<String> type = result(column.type(), function);
                type.ifPresent(of -> builder.field(TableTypes.field(field.getKey(), typeRef(of))));
                any |= type.isPresent();
            }
        }
        return any ? Optional.of(builder.build()) : Optional.empty();
    }

    private Optional<String> result(Type type, Member.Function function) {
        String name = type.name().name();
        boolean number = NUMBERS.contains(name);
        return switch (function) {
            case SUM ->
                number ? Optional.of(WHOLE.contains(name) ? Scalars.BIG_INT : Scalars.BIG_FLOAT) : Optional.empty();
            case AVG -> number ? Optional.of(Scalars.BIG_FLOAT) : Optional.empty();
            case MIN, MAX -> number || COMPARABLE.contains(name) ? types.named(type) : Optional.empty();
        };
    }
}
