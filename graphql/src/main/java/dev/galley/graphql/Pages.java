package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.schema.Column;
import dev.galley.schema.Type;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLObjectType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all pages have in common: arguments, {@code PageInfo}, directions of order. */
final class Pages {
    static final String FIRST = "first";
    static final String LAST = "last";
    static final String BEFORE = "before";
    static final String AFTER = "after";
    static final String OFFSET = "offset";
    static final String FILTER = "filter";
    static final String ORDER_BY = "orderBy";

    /** How to sort by related rows of which there are many. */
    static final String ORDER_BY_RELATED = "OrderByRelated";

    static final String COUNT = "count";

    private static final int JSON = 114;
    private static final int JSONB = 3802;

    private Pages() {}

    static List<GraphQLArgument> arguments(Table table) {
        List<GraphQLArgument> arguments = new ArrayList<>(List.of(
                TableTypes.argument(FIRST, typeRef("Int"), "Query the first `n` records in the collection"),
                TableTypes.argument(LAST, typeRef("Int"), "Query the last `n` records in the collection"),
                TableTypes.argument(
                        BEFORE, typeRef(Scalars.CURSOR), "Query values in the collection before the provided cursor"),
                TableTypes.argument(
                        AFTER, typeRef(Scalars.CURSOR), "Query values in the collection after the provided cursor"),
                TableTypes.argument(
                        OFFSET,
                        typeRef("Int"),
                        "Skip n values from the after cursor. Alternative to cursor pagination. Backward pagination not"
                                + " supported."),
                TableTypes.argument(
                        FILTER,
                        typeRef(table.type() + "Filter"),
                        "Filters to apply to the results set when querying from the collection")));
        if (!sortable(table).isEmpty()) {
            arguments.add(TableTypes.argument(
                    ORDER_BY,
                    GraphQLList.list(nonNull(typeRef(table.type() + "OrderBy"))),
                    "Sort order to apply to the collection"));
        }
        return arguments;
    }

    /** The columns that rows can be sorted by, by field. */
    static Map<String, Column> sortable(Table table) {
        Map<String, Column> sortable = new LinkedHashMap<>();
        table.fields().forEach((name, column) -> {
            boolean ordered = switch (column.type().kind()) {
                case BASE, ENUM, DOMAIN, RANGE, MULTIRANGE ->
                    !isJson(column.type().underDomains());
                case ARRAY, COMPOSITE, PSEUDO -> false;
            };
            if (ordered && table.rights().select().contains(column.name())) {
                sortable.put(name, column);
            }
        });
        return sortable;
    }

    private static boolean isJson(Type type) {
        return type.oid() == JSON || type.oid() == JSONB;
    }

    static GraphQLObjectType pageInfo() {
        return GraphQLObjectType.newObject()
                .name("PageInfo")
                .field(TableTypes.field("endCursor", typeRef("String")))
                .field(TableTypes.field("hasNextPage", nonNull(typeRef("Boolean"))))
                .field(TableTypes.field("hasPreviousPage", nonNull(typeRef("Boolean"))))
                .field(TableTypes.field("startCursor", typeRef("String")))
                .build();
    }

    static GraphQLInputObjectType ofRelated() {
        return GraphQLInputObjectType.newInputObject()
                .name(ORDER_BY_RELATED)
                .description("Sorts by related records")
                .field(GraphQLInputObjectField.newInputObjectField()
                        .name(COUNT)
                        .type(typeRef("OrderByDirection"))
                        .description("By how many there are"))
                .build();
    }

    static GraphQLEnumType direction() {
        return GraphQLEnumType.newEnum()
                .name("OrderByDirection")
                .description("Defines a per-field sorting order")
                .value("AscNullsFirst", "AscNullsFirst", "Ascending order, nulls first")
                .value("AscNullsLast", "AscNullsLast", "Ascending order, nulls last")
                .value("DescNullsFirst", "DescNullsFirst", "Descending order, nulls first")
                .value("DescNullsLast", "DescNullsLast", "Descending order, nulls last")
                .build();
    }
}
