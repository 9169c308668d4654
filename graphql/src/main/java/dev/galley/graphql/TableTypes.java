package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.schema.Column;
import dev.galley.schema.Type;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import graphql.schema.GraphQLType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The types of one table: record, page, edge, filter, order, inputs and outcomes of changes. */
final class TableTypes {
    static final String NODE = "Node";
    static final String NODE_ID = "nodeId";
    private static final Set<String> LOGIC = Set.of("and", "or", "not");

    private final TypeNames types;
    private final Filters filters;
    private final Aggregates aggregates;

    TableTypes(TypeNames types, Filters filters) {
        this.types = types;
        this.filters = filters;
        this.aggregates = new Aggregates(types);
    }

    /** The types of a table, and what the fields of its records mean. */
    record Made(List<GraphQLNamedType> types, Map<String, Meaning> meanings) {}

    Made of(Table table, Map<String, Relations.Related> related, List<Functions.OfRow> functions) {
        Map<String, Meaning> meanings = new LinkedHashMap<>();
        List<GraphQLNamedType> made = new ArrayList<>();
        made.add(record(table, related, functions, meanings));
        made.add(connection(table));
        made.add(GraphQLObjectType.newObject()
                .name(table.type() + "Edge")
                .field(field("cursor", nonNull(typeRef("String"))))
                .field(field("node", nonNull(typeRef(table.type()))))
                .build());
        made.add(filter(table));
        orderBy(table).ifPresent(made::add);
        if (table.directives().enabled("aggregate")) {
            made.addAll(aggregates.of(table));
        }
        changes(table, made);
        return new Made(made, meanings);
    }

    private GraphQLObjectType record(
            Table table,
            Map<String, Relations.Related> related,
            List<Functions.OfRow> functions,
            Map<String, Meaning> meanings) {
        Map<String, GraphQLFieldDefinition> fields = new LinkedHashMap<>();
        fields.put(
                NODE_ID,
                field(NODE_ID, nonNull(typeRef("ID")))
                        .transform(it -> it.description("Globally Unique Record Identifier")));
        meanings.put(NODE_ID, new Meaning.GlobalId(table));
        readable(table).forEach((name, column) -> {
            fields.put(name, column(name, column));
            meanings.put(name, new Meaning.Field(column, labels(column.type())));
        });
        related.forEach((name, to) -> {
            GraphQLFieldDefinition field = to.many()
                    ? field(name, typeRef(to.table().type() + "Connection"))
                            .transform(it -> it.arguments(Pages.arguments(to.table())))
                    : field(name, required(typeRef(to.table().type()), to.required()));
            fields.put(name, field);
            meanings.put(name, to.meaning());
        });
        for (Functions.OfRow function : functions) {
            returned(function.returned()).ifPresent(type -> {
                fields.put(function.field(), field(function.field(), type).transform(it -> {
                    function.description().ifPresent(it::description);
                    it.arguments(paging(function.returned()));
                }));
                meanings.put(function.field(), new Meaning.Computed(function.function(), function.returned()));
            });
        }
        GraphQLObjectType.Builder builder =
                GraphQLObjectType.newObject().name(table.type()).withInterface(typeRef(NODE));
        table.description().ifPresent(builder::description);
        fields.values().forEach(builder::field);
        return builder.build();
    }

    /** What a function gives, as a type. */
    Optional<GraphQLOutputType> returned(Functions.Returned returned) {
        return switch (returned) {
            case Functions.Returned.Rows(var table, var many) ->
                Optional.of(typeRef(many ? table.type() + "Connection" : table.type()));
            case Functions.Returned.Value(var type) -> types.of(type).map(GraphQLOutputType.class::cast);
        };
    }

    /** The arguments of the page that a function gives; none where it gives none. */
    static List<GraphQLArgument> paging(Functions.Returned returned) {
        return returned instanceof Functions.Returned.Rows(var table, var many) && many
                ? Pages.arguments(table)
                : List.of();
    }

    private Map<String, String> labels(Type type) {
        return types.enumNames().getOrDefault(type.oid(), Map.of());
    }

    private GraphQLFieldDefinition column(String name, Column column) {
        GraphQLType type = types.of(column.type()).orElseThrow();
        return field(name, required((GraphQLOutputType) type, !column.nullable()))
                .transform(it ->
                        Directives.of(column.comment()).text("description").ifPresent(it::description));
    }

    private static GraphQLOutputType required(GraphQLOutputType type, boolean required) {
        return required ? nonNull(type) : type;
    }

    private static Map<String, Column> readable(Table table) {
        Map<String, Column> readable = new LinkedHashMap<>();
        table.fields().forEach((name, column) -> {
            if (table.rights().select().contains(column.name())) {
                readable.put(name, column);
            }
        });
        return readable;
    }

    private static GraphQLObjectType connection(Table table) {
        GraphQLObjectType.Builder builder = GraphQLObjectType.newObject()
                .name(table.type() + "Connection")
                .field(field("edges", nonNull(GraphQLList.list(nonNull(typeRef(table.type() + "Edge"))))))
                .field(field("pageInfo", nonNull(typeRef("PageInfo"))));
        if (table.directives().enabled("totalCount")) {
            builder.field(field("totalCount", nonNull(typeRef("Int")))
                    .transform(it -> it.description("The total number of records matching the `filter` criteria")));
        }
        if (table.directives().enabled("aggregate")) {
            builder.field(field("aggregate", typeRef(table.type() + "Aggregate"))
                    .transform(it -> it.description(
                            "Aggregate functions calculated on the collection of `" + table.type() + "`")));
        }
        return builder.build();
    }

    private GraphQLInputObjectType filter(Table table) {
        String name = table.type() + "Filter";
        GraphQLInputObjectType.Builder builder =
                GraphQLInputObjectType.newInputObject().name(name);
        Map<String, GraphQLType> fields = new LinkedHashMap<>();
        readable(table).forEach((field, column) -> {
            boolean list = column.type().kind() == Type.Kind.ARRAY;
            Optional<Type> element = list ? column.type().base() : Optional.of(column.type());
            element.flatMap(types::named)
                    .flatMap(type -> filters.of(type, list, types.enums().containsKey(type)))
                    .ifPresent(type -> fields.put(field, typeRef(type)));
        });
        filters.of("ID", false, false).ifPresent(type -> fields.put(NODE_ID, typeRef(type)));
        fields.putIfAbsent("and", GraphQLList.list(nonNull(typeRef(name))));
        fields.putIfAbsent("or", GraphQLList.list(nonNull(typeRef(name))));
        fields.putIfAbsent("not", typeRef(name));
        fields.forEach((field, type) -> {
            GraphQLInputObjectField.Builder made =
                    GraphQLInputObjectField.newInputObjectField().name(field).type((GraphQLInputType) type);
            if (LOGIC.contains(field)) {
                made.description(
                        field.equals("not")
                                ? "Negates a filter"
                                : "Returns true only if " + (field.equals("and") ? "all" : "at least one of")
                                        + " its inner filters are true, otherwise returns false");
            }
            builder.field(made);
        });
        return builder.build();
    }

    private static Optional<GraphQLInputObjectType> orderBy(Table table) {
        Map<String, Column> sortable = Pages.sortable(table);
        if (sortable.isEmpty()) {
            return Optional.empty();
        }
        GraphQLInputObjectType.Builder builder =
                GraphQLInputObjectType.newInputObject().name(table.type() + "OrderBy");
        sortable.keySet()
                .forEach(name -> builder.field(
                        GraphQLInputObjectField.newInputObjectField().name(name).type(typeRef("OrderByDirection"))));
        return Optional.of(builder.build());
    }

    private void changes(Table table, List<GraphQLNamedType> made) {
        if (table.insertable()) {
            made.add(input(table, "InsertInput", table.rights().insert()));
            made.add(outcome(table, "InsertResponse"));
        }
        if (table.updatable()) {
            made.add(input(table, "UpdateInput", table.rights().update()));
            made.add(outcome(table, "UpdateResponse"));
        }
        if (table.deletable()) {
            made.add(outcome(table, "DeleteResponse"));
        }
    }

    private GraphQLInputObjectType input(Table table, String suffix, Set<String> columns) {
        GraphQLInputObjectType.Builder builder =
                GraphQLInputObjectType.newInputObject().name(table.type() + suffix);
        writable(table, columns)
                .forEach((name, column) -> builder.field(
                        GraphQLInputObjectField.newInputObjectField().name(name).type((GraphQLInputType)
                                types.of(column.type()).orElseThrow())));
        return builder.build();
    }

    static Map<String, Column> writable(Table table, Set<String> columns) {
        Map<String, Column> writable = new LinkedHashMap<>();
        table.fields().forEach((name, column) -> {
            if (column.writable() && columns.contains(column.name())) {
                writable.put(name, column);
            }
        });
        return writable;
    }

    private static GraphQLObjectType outcome(Table table, String suffix) {
        return GraphQLObjectType.newObject()
                .name(table.type() + suffix)
                .field(field("affectedCount", nonNull(typeRef("Int")))
                        .transform(it -> it.description("Count of the records impacted by the mutation")))
                .field(field("records", nonNull(GraphQLList.list(nonNull(typeRef(table.type())))))
                        .transform(it -> it.description("Array of records impacted by the mutation")))
                .build();
    }

    static GraphQLFieldDefinition field(String name, GraphQLOutputType type) {
        return GraphQLFieldDefinition.newFieldDefinition().name(name).type(type).build();
    }

    static GraphQLArgument argument(String name, GraphQLInputType type, String description) {
        return GraphQLArgument.newArgument()
                .name(name)
                .type(type)
                .description(description)
                .build();
    }
}
