package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.query.document.Rights;
import dev.galley.schema.SchemaModel;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Makes the schema that a role sees. */
final class SchemaMaker {
    static final String QUERY = "Query";
    static final String MUTATION = "Mutation";

    private final SchemaModel model;
    private final Rights rights;
    private final Set<Extension> extensions;
    private final Map<String, Directives> comments = new LinkedHashMap<>();

    private SchemaMaker(SchemaModel model, Rights rights, List<String> order, Set<Extension> extensions) {
        this.model = model;
        this.rights = rights;
        this.extensions = extensions;
        for (String name : order) {
            Optional<String> comment = rights.schemas().get(name);
            if (comment != null) {
                comments.put(name, Directives.of(comment));
            }
        }
    }

    /**
     * @param schemas in the order in which names are looked up
     * @param introspection whether all may be told of, whatever the comments of the schemas say
     * @param extensions that all schemas have, whatever their comments say
     */
    static RoleSchema make(
            SchemaModel model, Rights rights, List<String> schemas, boolean introspection, Set<Extension> extensions) {
        return new SchemaMaker(model, rights, schemas, extensions).make(introspection);
    }

    private RoleSchema make(boolean introspection) {
        Parts parts = parts(comments.keySet());
        GraphQLSchema whole = parts.schema();
        Set<String> open = introspection
                ? comments.keySet()
                : comments.entrySet().stream()
                        .filter(each -> each.getValue().flag("introspection"))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet());
        Optional<Supplier<GraphQLSchema>> told = open.isEmpty() && !introspection
                ? Optional.empty()
                : Optional.of(
                        open.equals(comments.keySet())
                                ? () -> whole
                                : new Once<>(() -> parts(open).schema()));
        return new RoleSchema(
                model,
                whole,
                Map.copyOf(parts.meanings()),
                Map.copyOf(parts.tables()),
                parts.relations().all(),
                parts.types().enumNames(),
                parts.types().composites().all(),
                rights.readable(),
                told,
                parts.types().hidden());
    }

    /** What a schema is put together from. */
    private record Parts(
            Map<String, GraphQLNamedType> named,
            Map<String, Map<String, Meaning>> meanings,
            Map<String, Table> tables,
            Relations relations,
            TypeNames types,
            RootFields roots) {

        /** The builder that goes through every type again and again takes minutes for thousands of tables. */
        GraphQLSchema schema() {
            GraphQLCodeRegistry.Builder code = GraphQLCodeRegistry.newCodeRegistry()
                    .typeResolver(TableTypes.NODE, environment -> {
                        throw new IllegalStateException("records are not resolved here");
                    });
            return new GraphQLSchema.FastBuilder(
                            code, roots.query(), roots.mutation().orElse(null), null)
                    .addTypes(named.values())
                    .withValidation(false)
                    .build();
        }
    }

    /** @param shown the schemas of which something is shown */
    private Parts parts(Set<String> shown) {
        TypeNames types = new TypeNames(model, rights, comments, shown, extensions);
        Tables tables = new Tables(model, rights, types, comments, shown);
        Relations relations = new Relations(model, rights, tables);
        Functions functions = new Functions(model, rights, tables, types, shown);
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
        for (Table table : tables.allKeyless()) {
            TableTypes.Made its = tableTypes.keyless(table);
            its.types().forEach(type -> made.putIfAbsent(type.getName(), type));
            meanings.put(table.type(), its.meanings());
        }
        RootFields roots = new RootFields(types, tableTypes);
        tables.all().forEach(roots::add);
        functions.callable().forEach(roots::add);
        meanings.put(QUERY, roots.queryMeanings());
        meanings.put(MUTATION, roots.mutationMeanings());

        types.enums().keySet().forEach(filters::ofEnum);
        types.enums().forEach(made::putIfAbsent);
        filters.types().forEach(made::putIfAbsent);
        types.composites().types().forEach(type -> made.put(type.getName(), type));
        List<GraphQLNamedType> common = new ArrayList<>(Scalars.all());
        common.addAll(List.of(Filters.filterIs(), Pages.direction(), Pages.pageInfo(), node()));
        if (tables.all().stream().anyMatch(table -> table.has(Extension.RELATED_ORDER))) {
            common.add(Pages.ofRelated());
        }
        common.forEach(type -> made.put(type.getName(), type));
        return new Parts(made, meanings, byType, relations, types, roots);
    }

    private static GraphQLInterfaceType node() {
        return GraphQLInterfaceType.newInterface()
                .name(TableTypes.NODE)
                .field(TableTypes.field(TableTypes.NODE_ID, nonNull(typeRef("ID")))
                        .transform(it -> it.description("Retrieves a record by `ID`")))
                .build();
    }
}
