package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.schema.Column;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The field {@code groups} of pages: aggregates of groups of rows that have the same values. */
final class Groups {
    static final String FIELD = "groups";
    static final String BY = "by";
    static final String VALUES = "values";

    private Groups() {}

    /** The columns that rows can be grouped by, by field. */
    static Map<String, Column> columns(Table table) {
        Map<String, Column> columns = new LinkedHashMap<>(Pages.sortable(table));
        columns.keySet().removeIf(name -> !Naming.isChoice(name));
        return columns;
    }

    static List<GraphQLNamedType> of(Table table, TypeNames types) {
        Map<String, Column> columns = columns(table);
        List<GraphQLNamedType> made = new ArrayList<>();
        if (columns.isEmpty()) {
            return made;
        }
        GraphQLEnumType.Builder by = GraphQLEnumType.newEnum()
                .name(table.type() + "GroupBy")
                .description("What `" + table.type() + "` records can be grouped by");
        GraphQLObjectType.Builder values = GraphQLObjectType.newObject()
                .name(table.type() + "GroupValues")
                .description("What the records of a group have in common; null for what they are not grouped by");
        columns.forEach((field, column) -> {
            by.value(field);
            values.field(TableTypes.field(
                    field, (GraphQLOutputType) types.of(column.type()).orElseThrow()));
        });
        GraphQLObjectType.Builder group = GraphQLObjectType.newObject()
                .name(table.type() + "Group")
                .description("Aggregate results for a group of `" + table.type() + "` records")
                .field(TableTypes.field(VALUES, nonNull(typeRef(table.type() + "GroupValues"))));
        List<GraphQLNamedType> results = Aggregates.fields(table, group);
        if (!table.directives().enabled("aggregate")) {
            made.addAll(results);
        }
        made.add(by.build());
        made.add(values.build());
        made.add(group.build());
        return made;
    }

    static Optional<GraphQLFieldDefinition> field(Table table) {
        if (columns(table).isEmpty()) {
            return Optional.empty();
        }
        GraphQLArgument by = TableTypes.argument(
                BY,
                nonNull(GraphQLList.list(nonNull(typeRef(table.type() + "GroupBy")))),
                "What the records of a group have in common");
        GraphQLArgument first = TableTypes.argument(Pages.FIRST, typeRef("Int"), "The first `n` groups");
        return Optional.of(TableTypes.field(
                        FIELD,
                        nonNull(GraphQLList.list(nonNull(typeRef(table.type() + "Group")))),
                        "Aggregate functions calculated on groups of the collection of `" + table.type()
                                + "`, sorted by what the records of a group have in common")
                .transform(it -> it.arguments(List.of(by, first))));
    }
}
