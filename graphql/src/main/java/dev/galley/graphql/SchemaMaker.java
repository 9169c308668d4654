package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.query.document.Rights;
import dev.galley.schema.SchemaModel;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Makes the schema that a role sees. */
final class SchemaMaker {
    static final String QUERY = "Query";
    static final String MUTATION = "Mutation";

    private SchemaMaker() {}

    /** @param schemas in the order in which names are looked up */
    static RoleSchema make(SchemaModel model, Rights rights, List<String> schemas, boolean introspection) {
        Map<String, Directives> comments = new LinkedHashMap<>();
        rights.schemas().forEach((name, comment) -> comments.put(name, Directives.of(comment)));
        TypeNames types = new TypeNames(
                rights,
                schema -> new Naming(
                        comments.getOrDefault(schema, Directives.NONE).flag("inflect_names")));
        Tables tables = new Tables(model, rights, types, schemas);
        Relations relations = new Relations(model, rights, tables);
        Functions functions = new Functions(model, rights, tables, types);
        Filters filters = new Filters();
        TableTypes tableTypes = new TableTypes(types, filters);

        Map<String, GraphQLNamedType> made = new LinkedHashMap<>();
        Map<String, Map<String, Meaning>> meanings = new LinkedHashMap<>();
        Map<String, Table> byType = new LinkedHashMap<>();
        for (Table table : tables.all()) {
            TableTypes.Made its = tableTypes.of(table, relations.of(table), functions.ofRows(table));
            its.types().forEach(type -> made.putIfAbsent(type.getName(), type));
            meanings.put(table.type(), its.meanings());
            byType.put(table.type(), table);
        }
        RootFields roots = new RootFields(types, tableTypes);
        tables.all().forEach(roots::add);
        functions.callable().forEach(roots::add);
        meanings.put(QUERY, roots.queryMeanings());
        meanings.put(MUTATION, roots.mutationMeanings());

        types.enums().forEach(made::putIfAbsent);
        filters.types().forEach(made::putIfAbsent);
        List<GraphQLNamedType> common = new ArrayList<>(Scalars.all());
        common.addAll(List.of(Filters.filterIs(), Pages.direction(), Pages.pageInfo(), node()));
        common.forEach(type -> made.put(type.getName(), type));
        GraphQLObjectType query = roots.query();
        GraphQLSchema.Builder schema = GraphQLSchema.newSchema()
                .query(query)
                .codeRegistry(GraphQLCodeRegistry.newCodeRegistry()
                        .typeResolver(TableTypes.NODE, environment -> {
                            throw new IllegalStateException("records are not resolved here");
                        })
                        .build())
                .additionalTypes(new LinkedHashSet<>(made.values()));
        roots.mutation().ifPresent(schema::mutation);
        return new RoleSchema(
                model,
                schema.build(),
                Map.copyOf(meanings),
                Map.copyOf(byType),
                types.enumNames(),
                rights.readable(),
                introspection || tables.introspection());
    }

    private static GraphQLInterfaceType node() {
        return GraphQLInterfaceType.newInterface()
                .name(TableTypes.NODE)
                .field(TableTypes.field(TableTypes.NODE_ID, nonNull(typeRef("ID")))
                        .transform(it -> it.description("Retrieves a record by `ID`")))
                .build();
    }
}
