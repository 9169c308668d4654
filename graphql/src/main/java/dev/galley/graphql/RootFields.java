package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.schema.Column;
import dev.galley.schema.Routine;
import graphql.language.IntValue;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The fields of the query and the mutation: collections, records by key, changes, functions. By name. */
final class RootFields {
    /** Of keys that a record can be asked for by. */
    private static final Set<String> KEY_TYPES =
            Set.of("int2", "int4", "int8", "uuid", "text", "varchar", "char", "bpchar", "citext");

    static final String NODE_FIELD = "node";
    static final String OBJECTS = "objects";
    static final String SET = "set";
    static final String AT_MOST = "atMost";

    private final TypeNames types;
    private final TableTypes tableTypes;
    private final Map<String, GraphQLFieldDefinition> query = new TreeMap<>();
    private final Map<String, GraphQLFieldDefinition> mutation = new TreeMap<>();
    private final Map<String, Meaning> queryMeanings = new TreeMap<>();
    private final Map<String, Meaning> mutationMeanings = new TreeMap<>();

    RootFields(TypeNames types, TableTypes tableTypes) {
        this.types = types;
        this.tableTypes = tableTypes;
        query(
                field(
                        NODE_FIELD,
                        typeRef(TableTypes.NODE),
                        "Retrieve a record by its `ID`",
                        List.of(TableTypes.argument(TableTypes.NODE_ID, nonNull(typeRef("ID")), "The record's `ID`"))),
                new Meaning.Node());
    }

    void add(Table table) {
        query(
                field(
                        table.fieldName("Collection"),
                        nonNull(typeRef(table.type() + "Connection")),
                        "A pagable collection of type `" + table.type() + "`",
                        Pages.arguments(table)),
                new Meaning.Collection(table));
        byKey(table);
        changes(table);
    }

    private void byKey(Table table) {
        List<GraphQLArgument> arguments = new ArrayList<>();
        for (String key : table.key()) {
            table.fields().entrySet().stream()
                    .filter(field -> field.getValue().name().equals(key))
                    .filter(field ->
                            KEY_TYPES.contains(field.getValue().type().name().name()))
                    .findFirst()
                    .ifPresent(field -> arguments.add(TableTypes.argument(
                            field.getKey(), nonNull(input(field.getValue())), "The record's `" + key + "` value")));
        }
        if (arguments.size() == table.key().size()) {
            query(
                    field(
                            table.fieldName("ByPk"),
                            typeRef(table.type()),
                            "Retrieve a record of type `" + table.type() + "` by its primary key",
                            arguments),
                    new Meaning.ByKey(table));
        }
    }

    private GraphQLInputType input(Column column) {
        return (GraphQLInputType) types.of(column.type()).orElseThrow();
    }

    private void changes(Table table) {
        String type = table.type();
        GraphQLArgument filter = TableTypes.argument(
                Pages.FILTER,
                typeRef(type + "Filter"),
                "Restricts the mutation's impact to records matching the criteria");
        GraphQLArgument atMost = GraphQLArgument.newArgument()
                .name(AT_MOST)
                .type(nonNull(typeRef("Int")))
                .defaultValueLiteral(IntValue.of(1))
                .description("The maximum number of records in the collection permitted to be affected")
                .build();
        if (table.insertable()) {
            mutation(
                    field(
                            "insertInto" + type + "Collection",
                            typeRef(type + "InsertResponse"),
                            "Adds one or more `" + type + "` records to the collection",
                            inserting(table)),
                    new Meaning.Insert(table));
        }
        if (table.updatable()) {
            mutation(
                    field(
                            "update" + type + "Collection",
                            nonNull(typeRef(type + "UpdateResponse")),
                            "Updates zero or more records in the `" + type + "` collection",
                            List.of(
                                    TableTypes.argument(
                                            SET,
                                            nonNull(typeRef(type + "UpdateInput")),
                                            "Fields that are set will be updated for all records matching the"
                                                    + " `filter`"),
                                    filter,
                                    atMost)),
                    new Meaning.Update(table));
        }
        if (table.deletable()) {
            mutation(
                    field(
                            "deleteFrom" + type + "Collection",
                            nonNull(typeRef(type + "DeleteResponse")),
                            "Deletes zero or more records from the `" + type + "` collection",
                            List.of(filter, atMost)),
                    new Meaning.Delete(table));
        }
    }

    private static List<GraphQLArgument> inserting(Table table) {
        List<GraphQLArgument> arguments = new ArrayList<>();
        arguments.add(GraphQLArgument.newArgument()
                .name(OBJECTS)
                .type(nonNull(GraphQLList.list(nonNull(typeRef(table.type() + "InsertInput")))))
                .build());
        if (table.has(Extension.UPSERTS)) {
            arguments.add(Upserts.argument(table));
        }
        return arguments;
    }

    void add(Functions.Callable function) {
        List<GraphQLArgument> arguments = new ArrayList<>();
        function.arguments().forEach((name, parameter) -> {
            GraphQLInputType type =
                    (GraphQLInputType) types.of(parameter.type()).orElseThrow();
            GraphQLArgument.Builder argument =
                    GraphQLArgument.newArgument().name(name).type(parameter.required() ? nonNull(type) : type);
            Optional.ofNullable(function.defaults().get(name)).ifPresent(argument::defaultValueLiteral);
            arguments.add(argument.build());
        });
        List<GraphQLArgument> paging = TableTypes.paging(function.returned());
        Optional<GraphQLOutputType> type = tableTypes.returned(function.returned());
        if (type.isEmpty()
                || paging.stream().anyMatch(each -> function.arguments().containsKey(each.getName()))) {
            return;
        }
        arguments.addAll(paging);
        String description =
                Directives.of(function.routine().comment()).text("description").orElse("");
        GraphQLFieldDefinition field = field(function.field(), type.get(), description, arguments);
        Meaning meaning = new Meaning.Call(function.routine(), function.arguments(), function.returned());
        if (function.routine().volatility() == Routine.Volatility.VOLATILE) {
            mutation(field, meaning);
        } else {
            query(field, meaning);
        }
    }

    private static GraphQLFieldDefinition field(
            String name, GraphQLOutputType type, String description, List<GraphQLArgument> arguments) {
        return TableTypes.field(name, type).transform(it -> {
            if (!description.isEmpty()) {
                it.description(description);
            }
            it.arguments(arguments);
        });
    }

    private void query(GraphQLFieldDefinition field, Meaning meaning) {
        if (query.putIfAbsent(field.getName(), field) == null) {
            queryMeanings.put(field.getName(), meaning);
        }
    }

    private void mutation(GraphQLFieldDefinition field, Meaning meaning) {
        if (mutation.putIfAbsent(field.getName(), field) == null) {
            mutationMeanings.put(field.getName(), meaning);
        }
    }

    GraphQLObjectType query() {
        GraphQLObjectType.Builder builder =
                GraphQLObjectType.newObject().name(SchemaMaker.QUERY).description("The root type for querying data");
        query.values().forEach(builder::field);
        return builder.build();
    }

    Optional<GraphQLObjectType> mutation() {
        if (mutation.isEmpty()) {
            return Optional.empty();
        }
        GraphQLObjectType.Builder builder = GraphQLObjectType.newObject()
                .name(SchemaMaker.MUTATION)
                .description("The root type for creating and mutating data");
        mutation.values().forEach(builder::field);
        return Optional.of(builder.build());
    }

    Map<String, Meaning> queryMeanings() {
        return queryMeanings;
    }

    Map<String, Meaning> mutationMeanings() {
        return mutationMeanings;
    }
}
