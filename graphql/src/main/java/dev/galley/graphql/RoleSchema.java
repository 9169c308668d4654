package dev.galley.graphql;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import graphql.schema.GraphQLSchema;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The database as one role sees it by GraphQL. Immutable.
 *
 * @param meanings of the fields, by type and name
 * @param tables by type
 * @param related what the fields of related records lead to, by type and name
 * @param enumNames of labels that are no names of GraphQL, by oid of the type
 * @param composites types of columns, by oid
 * @param readable the columns that may be read, by relation
 * @param told what clients may ask for; empty when they may not
 * @param hiddenTypes that are in use, but not told of
 */
record RoleSchema(
        SchemaModel model,
        GraphQLSchema schema,
        Map<String, Map<String, Meaning>> meanings,
        Map<String, Table> tables,
        Map<String, Map<String, Relations.Related>> related,
        Map<Integer, Map<String, String>> enumNames,
        Map<Integer, Composites.Composite> composites,
        Map<QualifiedName, Set<String>> readable,
        Optional<Supplier<GraphQLSchema>> told,
        Set<String> hiddenTypes) {

    boolean introspection() {
        return told.isPresent();
    }

    Optional<GraphQLSchema> introspected() {
        return told.map(Supplier::get);
    }

    /** The related rows that may stand under a field of a new row. */
    Optional<Relations.Related> inserted(Table table, String field) {
        return table.has(Extension.NESTED_INSERTS)
                ? Optional.ofNullable(
                                related.getOrDefault(table.type(), Map.of()).get(field))
                        .filter(to -> to.insertKey().isPresent() && to.table().insertable())
                : Optional.empty();
    }

    /** The same for a caller who may not ask for the schema itself, whatever the role. */
    RoleSchema introspectedBy(boolean allowed) {
        return allowed || told.isEmpty()
                ? this
                : new RoleSchema(
                        model,
                        schema,
                        meanings,
                        tables,
                        related,
                        enumNames,
                        composites,
                        readable,
                        Optional.empty(),
                        hiddenTypes);
    }

    Meaning meaning(String type, String field) {
        Meaning meaning = meanings.getOrDefault(type, Map.of()).get(field);
        if (meaning == null) {
            throw GraphqlError.of(GraphqlError.VALIDATION_FAILED, "Unknown field \"" + field + "\" on type " + type)
                    .thrown();
        }
        return meaning;
    }
}
