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

/** The types of one table: record, page, edge, filter, order, inputs and outcomes of changes. */
final class TableTypes {
    static final String NODE = "Node";
    static final String NODE_ID = "nodeId";
    static final String RELATED_FILTER = "RelatedFilter";
    private static final Map<String, String> LOGIC = Map.of(
            "and", "Returns true only if all its inner filters are true, otherwise returns false",
            "or", "Returns true if at least one of its inner filters is true, otherwise returns false",
            "not", "Negates a filter");

    private final TypeNames types;
    private final Filters filters;

    TableTypes(TypeNames types, Filters filters) {
        this.types = types;
        this.filters = filters;
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
        made.add(filter(table, related));
        if (table.has(Extension.RELATED_FILTERS)) {
            made.add(relatedFilter(table));
        }
        orderBy(table, related).ifPresent(made::add);
        if (table.directives().enabled("aggregate")) {
            made.addAll(Aggregates.of(table));
        }
        if (table.has(Extension.GROUPS)) {
            made.addAll(Groups.of(table, types));
        }
        changes(table, related, made);
        return new Made(made, meanings);
    }

    /** The type of single rows that have no key. */
    Made keyless(Table table) {
        Map<String, Meaning> meanings = new LinkedHashMap<>();
        return new Made(List.of(record(table, Map.of(), List.of(), meanings)), meanings);
    }

    private GraphQLObjectType record(
            Table table,
            Map<String, Relations.Related> related,
            List<Functions.OfRow> functions,
            Map<String, Meaning> meanings) {
        Map<String, GraphQLFieldDefinition> fields = new LinkedHashMap<>();
        if (!table.key().isEmpty()) {
            fields.put(
                    NODE_ID,
                    field(NODE_ID, nonNull(typeRef("ID")))
                            .transform(it -> it.description("Globally Unique Record Identifier")));
            meanings.put(NODE_ID, new Meaning.GlobalId(table));
        }
        readable(table).forEach((name, column) -> {
            fields.put(name, column(name, column));
            meanings.put(name, meaning(column));
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
        GraphQLObjectType.Builder builder = GraphQLObjectType.newObject().name(table.type());
        if (!table.key().isEmpty()) {
            builder.withInterface(typeRef(NODE));
        }
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

    private Meaning meaning(Column column) {
        Type element =
                column.type().kind() == Type.Kind.ARRAY ? column.type().base().orElse(column.type()) : column.type();
        return element.kind() == Type.Kind.COMPOSITE
                ? new Meaning.Composite(column, types.composites().of(element).orElseThrow())
                : new Meaning.Field(column, labels(column.type()));
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
        if (table.has(Extension.GROUPS)) {
            Groups.field(table).ifPresent(builder::field);
        }
        return builder.build();
    }

    private static GraphQLInputObjectType relatedFilter(Table table) {
        GraphQLInputObjectType.Builder builder = GraphQLInputObjectType.newInputObject()
                .name(table.type() + RELATED_FILTER)
                .description("Conditions on related records of type `" + table.type() + "`");
        List.of(FilterReader.SOME, FilterReader.EVERY, FilterReader.NONE)
                .forEach(name -> builder.field(GraphQLInputObjectField.newInputObjectField()
                        .name(name)
                        .type(typeRef(table.type() + "Filter"))));
        return builder.build();
    }

    private GraphQLInputObjectType filter(Table table, Map<String, Relations.Related> related) {
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
        filters.of("ID", false, false).ifPresent(type -> fields.putIfAbsent(NODE_ID, typeRef(type)));
        fields.forEach((field, type) -> builder.field(
                GraphQLInputObjectField.newInputObjectField().name(field).type((GraphQLInputType) type)));
        Map<String, GraphQLInputType> logic = new LinkedHashMap<>();
        logic.put("and", GraphQLList.list(nonNull(typeRef(name))));
        logic.put("or", GraphQLList.list(nonNull(typeRef(name))));
        logic.put("not", typeRef(name));
        logic.keySet().removeAll(fields.keySet());
        Map<String, GraphQLInputType> more = new LinkedHashMap<>();
        if (table.has(Extension.RELATED_FILTERS)) {
            related.forEach((field, to) ->
                    more.put(field, typeRef(to.table().type() + (to.many() ? RELATED_FILTER : "Filter"))));
        }
        more.keySet().removeAll(table.fields().keySet());
        more.keySet().removeAll(logic.keySet());
        more.remove(NODE_ID);
        more.forEach((field, type) -> builder.field(
                GraphQLInputObjectField.newInputObjectField().name(field).type(type)));
        logic.forEach((field, type) -> builder.field(GraphQLInputObjectField.newInputObjectField()
                .name(field)
                .type(type)
                .description(LOGIC.get(field))));
        return builder.build();
    }

    private static Optional<GraphQLInputObjectType> orderBy(Table table, Map<String, Relations.Related> related) {
        Map<String, Column> sortable = Pages.sortable(table);
        if (sortable.isEmpty()) {
            return Optional.empty();
        }
        GraphQLInputObjectType.Builder builder =
                GraphQLInputObjectType.newInputObject().name(table.type() + "OrderBy");
        sortable.keySet()
                .forEach(name -> builder.field(
                        GraphQLInputObjectField.newInputObjectField().name(name).type(typeRef("OrderByDirection"))));
        if (table.has(Extension.RELATED_ORDER)) {
            related.forEach((name, to) -> {
                boolean sorted = to.many() || !Pages.sortable(to.table()).isEmpty();
                if (sorted && !table.fields().containsKey(name)) {
                    builder.field(GraphQLInputObjectField.newInputObjectField()
                            .name(name)
                            .type(typeRef(
                                    to.many()
                                            ? Pages.ORDER_BY_RELATED
                                            : to.table().type() + "OrderBy")));
                }
            });
        }
        return Optional.of(builder.build());
    }

    private void changes(Table table, Map<String, Relations.Related> related, List<GraphQLNamedType> made) {
        if (table.insertable()) {
            made.add(input(table, "InsertInput", table.insertFields(), nested(table, related)));
            made.add(outcome(table, "InsertResponse"));
            if (table.has(Extension.UPSERTS)) {
                made.addAll(Upserts.of(table));
            }
        }
        if (table.updatable()) {
            made.add(input(table, "UpdateInput", table.updateFields(), Map.of()));
            made.add(outcome(table, "UpdateResponse"));
        }
        if (table.deletable()) {
            made.add(outcome(table, "DeleteResponse"));
        }
    }

    /** The fields that related rows stand under in a new row. */
    private static Map<String, GraphQLInputType> nested(Table table, Map<String, Relations.Related> related) {
        Map<String, GraphQLInputType> nested = new LinkedHashMap<>();
        boolean nests = table.has(Extension.NESTED_INSERTS)
                && !table.relation().primaryKey().isEmpty();
        related.forEach((name, to) -> {
            if (nests
                    && to.insertKey().isPresent()
                    && to.table().insertable()
                    && !table.fields().containsKey(name)) {
                GraphQLInputType rows = typeRef(to.table().type() + "InsertInput");
                nested.put(name, to.many() ? GraphQLList.list(nonNull(rows)) : rows);
            }
        });
        return nested;
    }

    private GraphQLInputObjectType input(
            Table table, String suffix, Map<String, Column> fields, Map<String, GraphQLInputType> nested) {
        GraphQLInputObjectType.Builder builder =
                GraphQLInputObjectType.newInputObject().name(table.type() + suffix);
        fields.forEach((name, column) -> builder.field(
                GraphQLInputObjectField.newInputObjectField().name(name).type((GraphQLInputType)
                        types.input(column.type()).orElseThrow())));
        nested.forEach((name, type) -> builder.field(
                GraphQLInputObjectField.newInputObjectField().name(name).type(type)));
        return builder.build();
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

    static GraphQLFieldDefinition field(String name, GraphQLOutputType type, String description) {
        return field(name, type).transform(it -> it.description(description));
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
